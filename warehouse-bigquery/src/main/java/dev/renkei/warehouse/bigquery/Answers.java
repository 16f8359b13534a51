package dev.renkei.warehouse.bigquery;

import com.google.api.client.util.Data;
import com.google.api.services.bigquery.model.TableCell;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers of queries, made into what the port hands on. */
final class Answers {
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter(java.util.Locale.ROOT);

  private final int maxRows;
  private final List<String> columns = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private boolean truncated;

  Answers(int maxRows) {
    this.maxRows = maxRows;
  }

  /** Whether there is room for more. */
  boolean take(TableSchema schema, List<TableRow> page) {
    List<TableFieldSchema> fields = schema.getFields() == null ? List.of() : schema.getFields();
    if (columns.isEmpty()) {
      for (TableFieldSchema field : fields) {
        columns.add(field.getName());
        types.add(typeName(field));
      }
    }
    for (TableRow row : page) {
      if (rows.size() == maxRows) {
        truncated = true;
        return false;
      }
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        values.add(value(fields.get(i), row.getF().get(i)));
      }
      rows.add(Collections.unmodifiableList(values));
    }
    return true;
  }

  QueryResult result() {
    return new QueryResult(columns, types, rows, truncated);
  }

  private static String typeName(TableFieldSchema field) {
    String name =
        BigType.isKnown(field.getType()) ? BigType.ofName(field.getType()).name() : field.getType();
    return "REPEATED".equals(field.getMode()) ? "ARRAY<%s>".formatted(name) : name;
  }

  /** Numbers and truth values as such; all else as text. */
  private static @Nullable Object value(TableFieldSchema field, TableCell cell) {
    Object value = cell.getV();
    if (value == null || Data.isNull(value)) {
      return null;
    }
    if (!(value instanceof String text) || !BigType.isKnown(field.getType())) {
      return String.valueOf(value);
    }
    return switch (BigType.ofName(field.getType())) {
      case BOOL -> Boolean.valueOf(text);
      case INT64 -> Long.valueOf(text);
      case FLOAT64 -> Double.valueOf(text);
      case NUMERIC, BIGNUMERIC -> new BigDecimal(text);
      case TIMESTAMP -> timestamp(Long.parseLong(text));
      default -> text;
    };
  }

  private static String timestamp(long micros) {
    Instant at =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    return DATE_TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC)) + "+00";
  }

  /** The cells of a row by their columns' names, as BigQuery writes them. */
  static Map<String, @Nullable String> cells(TableSchema schema, TableRow row) {
    Map<String, @Nullable String> cells = new HashMap<>();
    for (int i = 0; i < schema.getFields().size(); i++) {
      Object value = row.getF().get(i).getV();
      cells.put(
          schema.getFields().get(i).getName(),
          value == null || Data.isNull(value) ? null : String.valueOf(value));
    }
    return cells;
  }

  /** A cell as text; empty for NULL. */
  static String cell(Map<String, @Nullable String> cells, String name) {
    String cell = cells.get(name);
    return cell == null ? "" : cell;
  }

  /** A packed sequence as an unsigned number; the lowest where it is empty. */
  static Sequence sequence(String unsigned) {
    return unsigned.isEmpty()
        ? Sequence.ZERO
        : Sequence.unpacked(new BigDecimal(unsigned).toBigIntegerExact().longValue());
  }
}
