package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One column of a stored table.
 *
 * @param maxLength of STRING in characters, of BYTES in bytes; 0 when unlimited
 * @param precision of NUMERIC and BIGNUMERIC; 0 when not parameterised
 */
public record Column(
    String name,
    ColumnType type,
    boolean required,
    boolean repeated,
    long maxLength,
    int precision,
    int scale) {

  public Column {
    if (!name.matches("[\\p{L}\\p{M}\\p{N}_\\p{Pc}\\p{Pd} &%=+:'<>#|]{1,300}")) {
      throw ApiException.invalid("Invalid field name \"" + name + "\".");
    }
    if (name.toUpperCase(Locale.ROOT)
        .matches(
            "_(TABLE_|FILE_|PARTITION|ROW_TIMESTAMP|__ROOT__|COLIDENTIFIER|CHANGE_SEQUENCE_NUMBER|CHANGE_TYPE|CHANGE_TIMESTAMP).*")) {
      throw ApiException.invalid(
          "Invalid field name \""
              + name
              + "\". Field names are not allowed to start with the"
              + " (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP,"
              + " __ROOT__, _COLIDENTIFIER, _CHANGE_SEQUENCE_NUMBER, _CHANGE_TYPE, and"
              + " _CHANGE_TIMESTAMP.");
    }
  }

  /** The column's name as every comparison uses it: BigQuery's are case-insensitive. */
  public String folded() {
    return name.toLowerCase(Locale.ROOT);
  }

  public String duckType() {
    return type.duck() + (repeated ? "[]" : "");
  }

  /** Reads the {@code schema} of a table resource; empty when there is none. */
  public static List<Column> ofSchema(JsonNode schema) {
    List<Column> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode field : schema.path("fields")) {
      Column column = of(field);
      if (!seen.add(column.folded())) {
        throw ApiException.invalid("Duplicate field name: " + column.name());
      }
      columns.add(column);
    }
    return List.copyOf(columns);
  }

  private static Column of(JsonNode field) {
    String mode = field.path("mode").asText("NULLABLE").toUpperCase(Locale.ROOT);
    return new Column(
        field.path("name").asText(),
        ColumnType.of(field.path("type").asText()),
        mode.equals("REQUIRED"),
        mode.equals("REPEATED"),
        field.path("maxLength").asLong(0),
        (int) field.path("precision").asLong(0),
        (int) field.path("scale").asLong(0));
  }
}
