package dev.renkei.standin.suite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection with few words around it, for tests. Closing it closes the connection. */
public record Client(Connection connection) implements AutoCloseable {

  /** Runs batches one after another, each to the end of its last result. */
  public Client run(String... batches) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String batch : batches) {
        boolean isResult = statement.execute(batch);
        while (isResult || statement.getUpdateCount() != -1) {
          isResult = statement.getMoreResults();
        }
      }
    }
    return this;
  }

  /** Runs one statement with parameters and returns its update count. */
  public int update(String statement, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      bind(prepared, parameters);
      return prepared.executeUpdate();
    }
  }

  /** All rows of a query, each value as the driver's own object. */
  public List<List<@Nullable Object>> rows(String query, @Nullable Object... parameters)
      throws SQLException {
    if (parameters.length == 0) {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        return read(result);
      }
    }
    try (PreparedStatement prepared = connection.prepareStatement(query)) {
      bind(prepared, parameters);
      try (ResultSet result = prepared.executeQuery()) {
        return read(result);
      }
    }
  }

  /** The first column of all rows. */
  public List<@Nullable Object> column(String query, @Nullable Object... parameters)
      throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    for (List<@Nullable Object> row : rows(query, parameters)) {
      values.add(row.get(0));
    }
    return values;
  }

  /** The only value of the only row. */
  public @Nullable Object value(String query, @Nullable Object... parameters) throws SQLException {
    List<List<@Nullable Object>> rows = rows(query, parameters);
    if (rows.size() != 1 || rows.get(0).size() != 1) {
      throw new AssertionError("expected one value from " + query + " but got " + rows);
    }
    return rows.get(0).get(0);
  }

  /** The only value of the only row, as a number that must be there. */
  public long number(String query, @Nullable Object... parameters) throws SQLException {
    Object value = value(query, parameters);
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new AssertionError("expected a number from " + query + " but got " + value);
  }

  /** Runs a batch that must fail, and returns its first error. */
  public SQLException error(String batch) {
    try {
      run(batch);
    } catch (SQLException expected) {
      return expected;
    }
    throw new AssertionError("expected an error from " + batch);
  }

  /** The number of the error with which a batch must fail. */
  public int errorNumber(String batch) {
    return error(batch).getErrorCode();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static void bind(PreparedStatement prepared, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      prepared.setObject(i + 1, parameters[i]);
    }
  }

  /** A row as it is, so that an expected one reads like a list of values. */
  public static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  private static List<List<@Nullable Object>> read(ResultSet result) throws SQLException {
    int columns = result.getMetaData().getColumnCount();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    while (result.next()) {
      List<@Nullable Object> row = new ArrayList<>(columns);
      for (int i = 1; i <= columns; i++) {
        row.add(result.getObject(i));
      }
      rows.add(row);
    }
    return rows;
  }
}
