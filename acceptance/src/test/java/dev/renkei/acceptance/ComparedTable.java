package dev.renkei.acceptance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table of the source and its image in the warehouse. */
record ComparedTable(TableName name, List<ComparedColumn> columns) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int SHOWN_ROWS = 2;
  private static final int SHOWN_CHARS = 40;

  ComparedTable {
    columns = List.copyOf(columns);
  }

  /** As the source's catalog has it, computed columns too. */
  static ComparedTable read(Connection source, TableName name) throws SQLException {
    String sql =
        """
        SELECT c.name, COALESCE(b.name, t.name)
        FROM sys.columns c
        JOIN sys.types t ON t.user_type_id = c.user_type_id
        LEFT JOIN sys.types b ON t.is_user_defined = 1 AND b.user_type_id = c.system_type_id
        WHERE c.object_id = OBJECT_ID(?)
        ORDER BY c.column_id""";
    List<ComparedColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = source.prepareStatement(sql)) {
      statement.setString(1, sourceName(name));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(new ComparedColumn(rows.getString(1), rows.getString(2)));
        }
      }
    }
    if (columns.isEmpty()) {
      throw new SQLException(name + ": no such table");
    }
    return new ComparedTable(name, columns);
  }

  static String sourceName(TableName name) {
    return "[%s].[%s]".formatted(name.schema().replace("]", "]]"), name.table().replace("]", "]]"));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private String warehouseName(String suffix) {
    return quoted(name.schema()) + "." + quoted(name.table() + suffix);
  }

  /**
   * Holds the warehouse against the source.
   *
   * @return what is wrong, in words; empty where every value of every row is equal, the log
   *     replayed gives the same rows, and nothing is in it twice
   */
  List<String> differences(Connection source, Connection warehouse)
      throws SQLException, IOException {
    List<String> found = new ArrayList<>();
    Rows there = ofSource(source);
    String current = warehouseName("");
    String log = warehouseName("_changes");
    compare("current rows", there, ofWarehouse(warehouse, current), found);
    String replayed =
        """
        (SELECT * FROM %s
         QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1)
        WHERE _type <> 'D'"""
            .formatted(log);
    compare("replayed log", there, ofWarehouse(warehouse, replayed), found);
    compare("as of the end", there, ofWarehouse(warehouse, asOf("9999-12-31")), found);
    twice("a key with one sequence", "_key, _sequence", log, warehouse, found);
    twice("a message", "_message_id", log, warehouse, found);
    return found;
  }

  /**
   * Holds what the warehouse says of an earlier moment against what the source held then.
   *
   * @param then the columns of that moment are those of this table
   * @return what is wrong, in words
   */
  List<String> differencesAsOf(Instant moment, Rows then, Connection warehouse)
      throws SQLException, IOException {
    List<String> found = new ArrayList<>();
    compare("as of " + moment, then, ofWarehouse(warehouse, asOf(moment.toString())), found);
    return found;
  }

  private String asOf(String moment) {
    return "%s(TIMESTAMPTZ '%s')".formatted(warehouseName("_as_of"), moment);
  }

  /** Its rows at the source now. */
  Rows ofSource(Connection source) throws SQLException {
    String list = columns.stream().map(ComparedColumn::sourceSql).collect(Collectors.joining(", "));
    Rows rows = new Rows();
    try (Statement statement = source.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT %s FROM %s".formatted(list, sourceName(name)))) {
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
          row.add(columns.get(i).ofSource(result, i + 1));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private Rows ofWarehouse(Connection warehouse, String from) throws SQLException, IOException {
    String list =
        columns.stream().map(ComparedColumn::warehouseSql).collect(Collectors.joining(", "));
    Rows rows = new Rows();
    try (Statement statement = warehouse.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT %s, CAST(_exact AS VARCHAR) FROM %s".formatted(list, from))) {
      while (result.next()) {
        Map<String, String> exact = exact(result.getString(columns.size() + 1));
        List<@Nullable String> row = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
          row.add(columns.get(i).ofWarehouse(result, i + 1, exact));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static Map<String, String> exact(@Nullable String json) throws IOException {
    if (json == null) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String column = parser.currentName();
        values.put(column, parser.nextTextValue());
      }
    }
    return values;
  }

  private void compare(String what, Rows there, Rows here, List<String> found) {
    List<List<@Nullable String>> missing = there.without(here);
    List<List<@Nullable String>> foreign = here.without(there);
    if (!missing.isEmpty() || !foreign.isEmpty()) {
      found.add(
          "%s, %s: %d rows at the source, %d in the warehouse; %d of the source's are not here%s; %d here are not there%s"
              .formatted(
                  name,
                  what,
                  there.size,
                  here.size,
                  missing.size(),
                  shown(missing),
                  foreign.size(),
                  shown(foreign)));
    }
  }

  private static String shown(List<List<@Nullable String>> rows) {
    return rows.stream()
        .limit(SHOWN_ROWS)
        .map(
            row ->
                row.stream()
                    .map(String::valueOf)
                    .map(
                        value ->
                            value.length() <= SHOWN_CHARS
                                ? value
                                : value.substring(0, SHOWN_CHARS) + "... " + value.length())
                    .collect(Collectors.joining(" | ", "\n    ", "")))
        .collect(Collectors.joining());
  }

  private void twice(
      String what, String columns, String log, Connection warehouse, List<String> found)
      throws SQLException {
    String sql =
        "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s HAVING count(*) > 1 LIMIT 1"
            .formatted(columns, log);
    try (Statement statement = warehouse.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      if (result.next()) {
        found.add(
            "%s: %s is in the log more than once: %s".formatted(name, what, result.getString(1)));
      }
    }
  }

  /** Rows in no order, each as often as it is there. */
  static final class Rows {
    private final Map<List<@Nullable String>, Integer> counts = new HashMap<>();
    private int size;

    private void add(List<@Nullable String> row) {
      counts.merge(Collections.unmodifiableList(row), 1, Integer::sum);
      size++;
    }

    /** The rows that the others have less often; each once. */
    private List<List<@Nullable String>> without(Rows others) {
      List<List<@Nullable String>> more = new ArrayList<>();
      counts.forEach(
          (row, count) -> {
            if (others.counts.getOrDefault(row, 0) < count) {
              more.add(row);
            }
          });
      return more;
    }
  }
}
