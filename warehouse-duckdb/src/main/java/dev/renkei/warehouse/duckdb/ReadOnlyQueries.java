package dev.renkei.warehouse.duckdb;

import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Answers queries, each on a connection of its own, and refuses whatever would change anything. */
final class ReadOnlyQueries {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd ")
          .append(TIME)
          .toFormatter(Locale.ROOT);

  private final DuckDBConnection database;

  ReadOnlyQueries(DuckDBConnection database) {
    this.database = database;
  }

  QueryResult run(String sql, int maxRows) throws WarehouseException {
    try (Connection connection = database.duplicate()) {
      execute(connection, "SET TimeZone = 'UTC'");
      refuseUnlessSelect(connection, sql);
      execute(connection, "BEGIN TRANSACTION READ ONLY");
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        return read(rows, maxRows);
      } finally {
        execute(connection, "ROLLBACK");
      }
    } catch (SQLException e) {
      throw new WarehouseException("the query failed: " + firstSentence(e), e);
    }
  }

  /** DuckDB's own parser serializes SELECT and its kin only. */
  private static void refuseUnlessSelect(Connection connection, String sql)
      throws SQLException, WarehouseException {
    try (Statement statement = connection.createStatement();
        ResultSet parsed =
            statement.executeQuery(
                """
                SELECT j->>'error', j->>'error_type', j->>'error_message', json_array_length(j, '$.statements')
                FROM (SELECT json_serialize_sql(CAST(%s AS VARCHAR)) AS j)"""
                    .formatted(Names.literal(sql)))) {
      parsed.next();
      if ("true".equals(parsed.getString(1))) {
        String reason = parsed.getString(3);
        throw new WarehouseException(
            "not implemented".equals(parsed.getString(2))
                ? "only a query can be asked: SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW or SUMMARIZE. The warehouse is changed by its loader alone."
                : "the query cannot be read: " + reason);
      }
      if (parsed.getInt(4) != 1) {
        throw new WarehouseException("one query at a time, please.");
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static QueryResult read(ResultSet from, int maxRows) throws SQLException {
    ResultSetMetaData shape = from.getMetaData();
    List<String> columns = new ArrayList<>();
    List<String> types = new ArrayList<>();
    for (int i = 1; i <= shape.getColumnCount(); i++) {
      columns.add(shape.getColumnLabel(i));
      types.add(shape.getColumnTypeName(i));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    while (from.next()) {
      if (rows.size() == maxRows) {
        return new QueryResult(columns, types, rows, true);
      }
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(value(from, i));
      }
      rows.add(Collections.unmodifiableList(row));
    }
    return new QueryResult(columns, types, rows, false);
  }

  /** Numbers and truth values as such; all else as text. */
  private static @Nullable Object value(ResultSet from, int column) throws SQLException {
    Object value = from.getObject(column);
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Timestamp) {
      // Not by the driver's class, which knows the time zone of this machine.
      return DATE_TIME.format(from.getObject(column, LocalDateTime.class));
    }
    if (value instanceof OffsetDateTime at) {
      return DATE_TIME.format(at.withOffsetSameInstant(ZoneOffset.UTC)) + "+00";
    }
    return value instanceof LocalTime at ? TIME.format(at) : text(from, column, value);
  }

  private static String text(ResultSet from, int column, Object value) throws SQLException {
    String text = from.getString(column);
    return text == null ? value.toString() : text;
  }

  private static String firstSentence(SQLException e) {
    String message = e.getMessage();
    if (message == null) {
      return "unknown reason";
    }
    int error = message.indexOf("Error: ", message.indexOf('\n') + 1);
    return message.substring(
        message.startsWith("Invalid Input Error: Attempting") && error > 0
            ? error + "Error: ".length()
            : 0);
  }
}
