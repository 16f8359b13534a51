package dev.renkei.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.renkei.server.QueryAnswer;
import dev.renkei.server.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of a query as text: a table for people, JSON or CSV for programs. */
final class ResultText {
  private static final int WIDEST = 60;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private ResultText() {}

  /** Columns as wide as they need be, texts over 60 characters cut. */
  static void table(QueryAnswer answer, PrintWriter out) {
    List<TextTable.Column> columns = new ArrayList<>();
    for (int i = 0; i < answer.columns().size(); i++) {
      columns.add(new TextTable.Column(answer.columns().get(i), isNumeric(answer.types().get(i))));
    }
    List<List<String>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : answer.rows()) {
      rows.add(row.stream().map(ResultText::cell).collect(Collectors.toList()));
    }
    out.print(new TextTable(columns, rows).text());
    out.printf(
        "%d %s in %d ms%n",
        answer.rows().size(), answer.rows().size() == 1 ? "row" : "rows", answer.millis());
  }

  private static boolean isNumeric(String type) {
    return type.matches("U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL.*|FLOAT|DOUBLE");
  }

  private static String cell(@Nullable Object value) {
    String text = value == null ? "NULL" : value.toString();
    return text.codePointCount(0, text.length()) <= WIDEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, WIDEST - 1)) + "…";
  }

  /** An array with one object per row. */
  static void json(QueryAnswer answer, PrintWriter out) throws IOException {
    JsonGenerator json = JSON.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setPrettyPrinter(new DefaultPrettyPrinter());
    json.writeStartArray();
    for (List<@Nullable Object> row : answer.rows()) {
      json.writeStartObject();
      for (int i = 0; i < row.size(); i++) {
        json.writeFieldName(answer.columns().get(i));
        write(json, row.get(i));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.close();
    out.println();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Double || value instanceof Float) {
      json.writeNumber(((Number) value).doubleValue());
    } else if (value instanceof BigDecimal || value instanceof BigInteger) {
      json.writeString(value.toString());
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else {
      json.writeString(value.toString());
    }
  }

  /** A line of names, then one line per row; ended by CR LF. */
  static void csv(QueryAnswer answer, PrintWriter out) {
    csvLine(answer.columns(), out);
    for (List<@Nullable Object> row : answer.rows()) {
      csvLine(row, out);
    }
  }

  private static void csvLine(List<? extends @Nullable Object> cells, PrintWriter out) {
    out.print(cells.stream().map(ResultText::csvCell).collect(Collectors.joining(",")));
    out.print("\r\n");
  }

  /** NULL is nothing, the empty string is two quotes. */
  private static String csvCell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    boolean plain =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
