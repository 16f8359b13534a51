package dev.renkei.server;

import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.schema.TableName;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rests, and what is to rest or to go on: {@code /api/pauses, pause, resume}. */
final class RestEndpoints {
  private static final String CURE =
      "Send one of {\"table\": \"schema.table\"}, {\"warehouse\": NAME}, {\"flow\": NAME}, {\"source\": true}.";

  private final Rests rests;

  RestEndpoints(Rests rests) {
    this.rests = rests;
  }

  void on(Javalin app) {
    app.get("/api/pauses", context -> answer(context, List.of()));
    app.post("/api/pause", this::pause);
    app.post("/api/resume", this::resume);
  }

  /**
   * A part that rests.
   *
   * @param kind {@code source, table, flow, warehouse}
   */
  private record Resting(String kind, String name, String reason, Instant since) {
    static Resting of(Pause pause) {
      return new Resting(
          pause.part().kind().name().toLowerCase(Locale.ROOT),
          pause.part().name(),
          pause.reason(),
          pause.since());
    }
  }

  private record Answer(List<Resting> resumed, List<Resting> paused) {}

  private void pause(Context context) throws IOException {
    Requests.Pause request = Requests.read(context.req().getInputStream(), Requests.Pause.class);
    String reason = request.reason();
    asked(
        context,
        () -> {
          rests.pause(
              part(request.table(), request.warehouse(), request.flow(), request.source()),
              reason == null ? "" : reason);
          return List.of();
        });
  }

  private void resume(Context context) throws IOException {
    Requests.Resume request = Requests.read(context.req().getInputStream(), Requests.Resume.class);
    boolean all = Boolean.TRUE.equals(request.all());
    asked(
        context,
        () ->
            rests.resume(
                all
                    ? rests.all().stream().map(Pause::part).toList()
                    : List.of(
                        part(
                            request.table(),
                            request.warehouse(),
                            request.flow(),
                            request.source()))));
  }

  private static Part part(
      @Nullable String table,
      @Nullable String warehouse,
      @Nullable String flow,
      @Nullable Boolean source) {
    List<Part> parts =
        Stream.of(
                table == null ? null : Part.of(TableName.parse(table)),
                warehouse == null ? null : Part.warehouse(warehouse),
                flow == null ? null : Part.flow(flow),
                Boolean.TRUE.equals(source) ? Part.SOURCE : null)
            .flatMap(Stream::ofNullable)
            .toList();
    if (parts.size() != 1) {
      throw new IllegalArgumentException("which part?");
    }
    return parts.get(0);
  }

  private void asked(Context context, AskedHub.Asking<Collection<Pause>> act) {
    try {
      answer(context, AskedHub.ask(act));
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()), CURE).asException();
    }
  }

  private void answer(Context context, Collection<Pause> resumed) {
    Answer answer =
        new Answer(
            resumed.stream().map(Resting::of).toList(),
            AskedHub.ask(rests::all).stream().map(Resting::of).toList());
    context.status(200).contentType("application/json").result(Json.write(answer));
  }
}
