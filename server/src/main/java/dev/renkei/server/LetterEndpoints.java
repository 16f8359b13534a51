package dev.renkei.server;

import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.OpenLetters.Listed;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Dead letters: looked at without their contents, and sent back. */
final class LetterEndpoints {
  /** One request sends so many back at most; {@code more} says that there are others. */
  static final long MOST_SENT = 10_000;

  private static final int DEFAULT_LISTED = 50;
  private static final int MOST_LISTED = 1_000;
  private static final String SIDE = "hub";

  private final Map<String, OpenLetters> letters;

  /**
   * @param letters by side; empty where this process has none
   */
  LetterEndpoints(Map<String, OpenLetters> letters) {
    this.letters = letters;
  }

  void on(Javalin app) {
    app.get("/api/dead-letters", this::list);
    app.post("/api/dead-letters/retry", this::retry);
  }

  /** The answer of {@code GET /api/dead-letters}. */
  record Answer(List<Listed> letters) {}

  /** {@code POST /api/dead-letters/retry}. */
  record Retry(
      @Nullable String side,
      @Nullable String id,
      @Nullable String table,
      @Nullable String reason,
      @Nullable Boolean all) {}

  private void list(Context context) {
    OpenLetters open = side(context.queryParam("side"));
    LetterFilter which = filter(null, context.queryParam("table"), context.queryParam("reason"));
    int limit = limit(context.queryParam("limit"));
    answer(context, () -> new Answer(open.newest(limit, which)));
  }

  private static int limit(@Nullable String asked) {
    try {
      int limit = asked == null ? DEFAULT_LISTED : Integer.parseInt(asked);
      if (limit >= 1 && limit <= MOST_LISTED) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new Refusal(
            400, "limit is '%s'".formatted(asked), "Ask for 1 to %d.".formatted(MOST_LISTED))
        .asException();
  }

  private void retry(Context context) throws IOException {
    Retry request = Requests.read(context.req().getInputStream(), Retry.class);
    boolean all = Boolean.TRUE.equals(request.all());
    boolean some = request.id() != null || request.table() != null || request.reason() != null;
    if (all == some) {
      throw new Refusal(
              400,
              "which letters?",
              "Send {\"id\"}, {\"table\"} or {\"reason\"}, or {\"all\": true}.")
          .asException();
    }
    OpenLetters open = side(request.side());
    LetterFilter which = filter(request.id(), request.table(), request.reason());
    answer(context, () -> open.sendBack(which, MOST_SENT, sent -> {}));
  }

  private OpenLetters side(@Nullable String asked) {
    String name = asked == null ? SIDE : asked;
    OpenLetters found = letters.get(name);
    if (found == null) {
      throw new Refusal(
              400,
              "no side is called '%s'".formatted(name),
              "There is: %s.".formatted(String.join(", ", new TreeSet<>(letters.keySet()))))
          .asException();
    }
    return found;
  }

  private static LetterFilter filter(
      @Nullable String id, @Nullable String table, @Nullable String reason) {
    try {
      return new LetterFilter(id, table == null ? null : new TablePattern(table), reason);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "table: " + e.getMessage(), null).asException();
    }
  }

  private static void answer(Context context, AskedHub.Asking<Object> asking) {
    context.contentType("application/json").result(Json.write(AskedHub.ask(asking)));
  }
}
