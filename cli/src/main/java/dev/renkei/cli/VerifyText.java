package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.server.StatusReport.Warehouse.Verified;
import dev.renkei.server.VerifyRun;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What comparisons found, for people and as JSON. */
final class VerifyText {
  private VerifyText() {}

  /** A table that is not compared to the end yet. */
  static String underWay(VerifyRun.Table table) {
    return "%s in %s: %s, %s"
        .formatted(
            table.table(), table.warehouse(), table.stage().replace('_', ' '), rows(table.rows()));
  }

  /** A table that was compared; some lines where it differs. */
  static String line(VerifyRun.Table table) {
    Verified result = table.result();
    if (result == null) {
      return underWay(table);
    }
    String what = "%s in %s: ".formatted(table.table(), table.warehouse());
    return switch (result.state()) {
      case EQUAL -> what + "equal, " + rows(result.rows()) + left(result);
      case DIFFERENT -> what + "DIFFERENT, " + different(table, result);
      case FAILED -> what + "not compared to the end: " + result.problem();
      case REFUSED -> what + "not compared: " + result.problem();
    };
  }

  private static String left(Verified result) {
    return result.leftOut() == 0
        ? ""
        : " (%s left out, as they were changing)".formatted(number(result.leftOut()));
  }

  private static String different(VerifyRun.Table table, Verified result) {
    List<String> kinds = new ArrayList<>();
    add(kinds, result.missing(), "missing in the warehouse");
    add(kinds, result.onlyInWarehouse(), "only in the warehouse");
    add(kinds, result.different(), "with other values");
    StringBuilder text = new StringBuilder();
    text.append(rows(result.rows())).append(": ").append(String.join(", ", kinds));
    text.append(left(result));
    for (VerifyRun.Example example : table.examples()) {
      text.append("\n  ")
          .append(
              switch (example.kind()) {
                case "missing" -> "missing";
                case "only_in_warehouse" -> "only there";
                default -> "other values";
              })
          .append(' ')
          .append(example.key());
    }
    if (table.reloading()) {
      text.append("\n  is loaded again");
    }
    return text.toString();
  }

  private static void add(List<String> kinds, long count, String what) {
    if (count > 0) {
      kinds.add(number(count) + " " + what);
    }
  }

  /** The last line; empty for one table. */
  static String summary(List<VerifyRun.Table> tables) {
    if (tables.isEmpty()) {
      return "no table is tracked yet; `renkei status` shows what trackers do%n".formatted();
    }
    long equal = tables.stream().filter(one -> is(one, Verified.State.EQUAL)).count();
    return tables.size() == 1 ? "" : "%d of %d equal%n".formatted(equal, tables.size());
  }

  /**
   * How the command ends.
   *
   * @param named whether the tables were named: then one that cannot be compared is a fault
   */
  static ExitCode exit(List<VerifyRun.Table> tables, boolean named) {
    if (any(tables, Verified.State.DIFFERENT)) {
      return ExitCode.DIFFERENT;
    }
    if (any(tables, Verified.State.FAILED)) {
      return ExitCode.WAREHOUSE;
    }
    return named && any(tables, Verified.State.REFUSED) ? ExitCode.USAGE : ExitCode.OK;
  }

  private static boolean any(List<VerifyRun.Table> tables, Verified.State state) {
    return tables.stream().anyMatch(one -> is(one, state));
  }

  private static boolean is(VerifyRun.Table table, Verified.State state) {
    Verified result = table.result();
    return result != null && result.state() == state;
  }

  static String json(List<VerifyRun.Table> tables) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (VerifyRun.Table table : tables) {
        json.writeStartObject();
        write(json, table);
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.append('\n').toString();
  }

  private static void write(JsonGenerator json, VerifyRun.Table table) throws IOException {
    json.writeStringField("warehouse", table.warehouse());
    json.writeStringField("table", table.table());
    Verified result = table.result();
    if (result != null) {
      json.writeStringField("state", result.state().name().toLowerCase(Locale.ROOT));
      json.writeStringField("at", result.at().toString());
      json.writeNumberField("rows", result.rows());
      json.writeNumberField("left_out", result.leftOut());
      json.writeNumberField("missing", result.missing());
      json.writeNumberField("only_in_warehouse", result.onlyInWarehouse());
      json.writeNumberField("different", result.different());
      writeText(json, "problem", result.problem());
    }
    json.writeArrayFieldStart("examples");
    for (VerifyRun.Example example : table.examples()) {
      json.writeStartObject();
      json.writeStringField("kind", example.kind());
      json.writeStringField("key", example.key());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("reloading", table.reloading());
  }

  private static void writeText(JsonGenerator json, String name, @Nullable String text)
      throws IOException {
    if (text == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, text);
    }
  }

  private static String rows(long rows) {
    return rows == 1 ? "1 row" : number(rows) + " rows";
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
