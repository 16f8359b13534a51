package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.server.StatusReport.LastSnapshot;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Snapshot;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The progress of reloads, as a line for people and as JSON for scripts. */
final class ReloadText {
  private static final JsonFactory JSON = new JsonFactory();

  private ReloadText() {}

  static String line(ReloadProgress progress) {
    String table = progress.table() + ": ";
    if (progress instanceof ReloadProgress.Waiting waiting) {
      return table + "waits for a tracker" + because(waiting.problem());
    }
    if (progress instanceof ReloadProgress.Reading reading) {
      return table + of(reading.snapshot()) + because(reading.problem());
    }
    if (progress instanceof ReloadProgress.Loading loading) {
      return table
          + of(loading.snapshot())
          + "; being loaded in "
          + String.join(", ", loading.missing());
    }
    if (progress instanceof ReloadProgress.Loaded loaded) {
      return table + of(loaded.snapshot()) + "; " + where(loaded);
    }
    ReloadProgress.Stuck stuck = (ReloadProgress.Stuck) progress;
    return "%scannot go on: %s%n  %s".formatted(table, stuck.message(), stuck.cure());
  }

  private static String of(Snapshot now) {
    Long estimated = now.estimatedRows();
    Duration left = now.timeLeft();
    return "%s, %s%s rows%s%s"
        .formatted(
            chunks(now.chunks()),
            number(now.rows()),
            estimated == null ? "" : " of about " + number(Math.max(estimated, now.rows())),
            now.rowsPerSecond() == 0 ? "" : ", %s rows/s".formatted(number(now.rowsPerSecond())),
            left == null ? "" : ", %d s left".formatted(left.toSeconds()));
  }

  private static String of(LastSnapshot read) {
    double seconds = Duration.between(read.begun(), read.ended()).toMillis() / 1000.0;
    return String.format(
        Locale.ROOT, "%s, %s rows in %.1f s", chunks(read.chunks()), number(read.rows()), seconds);
  }

  private static String chunks(int chunks) {
    return chunks == 1 ? "1 chunk" : number(chunks) + " chunks";
  }

  private static String where(ReloadProgress.Loaded loaded) {
    if (loaded.warehouses().isEmpty()) {
      return "read; no warehouse runs here";
    }
    Long most = null;
    for (ReloadProgress.Loaded.In in : loaded.warehouses()) {
      Long swept = in.swept();
      most = swept == null ? most : most == null ? swept : (Long) Math.max(most, swept);
    }
    return "loaded in all warehouses"
        + (most == null
            ? ""
            : ", %s vanished %s deleted".formatted(number(most), most == 1 ? "row" : "rows"));
  }

  private static String because(@Nullable Problem problem) {
    return problem == null ? "" : " (%s)".formatted(problem.message());
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** An array with an object per table. */
  static String json(Collection<ReloadProgress> all) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      for (ReloadProgress one : all) {
        json.writeStartObject();
        json.writeStringField("table", one.table());
        write(json, one);
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, ReloadProgress progress) throws IOException {
    json.writeBooleanField("loaded", progress instanceof ReloadProgress.Loaded);
    if (progress instanceof ReloadProgress.Stuck stuck) {
      json.writeStringField("problem", stuck.message());
      json.writeStringField("cure", stuck.cure());
    } else if (progress instanceof ReloadProgress.Loaded loaded) {
      LastSnapshot read = loaded.snapshot();
      json.writeNumberField("snapshot", read.number());
      json.writeStringField("start", read.start());
      json.writeNumberField("chunks", read.chunks());
      json.writeNumberField("rows", read.rows());
      json.writeNumberField("millis", Duration.between(read.begun(), read.ended()).toMillis());
      json.writeArrayFieldStart("warehouses");
      for (ReloadProgress.Loaded.In in : loaded.warehouses()) {
        json.writeStartObject();
        json.writeStringField("name", in.warehouse());
        Long swept = in.swept();
        if (swept == null) {
          json.writeNullField("swept");
        } else {
          json.writeNumberField("swept", swept);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
