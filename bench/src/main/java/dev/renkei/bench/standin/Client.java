package dev.renkei.bench.standin;

import dev.renkei.bench.Child;
import dev.renkei.bench.source.Source;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;

/**
 * The reading side: rows fetched by mssql-jdbc with every column looked at. Also a JVM of its own
 * for the heap of a large result.
 */
final class Client {
  private Client() {}

  /** Answers each query on standard input with {@code rows heap-peak-MiB}. */
  public static void main(String[] arguments) throws Exception {
    try (Connection connection = Source.connect(Integer.parseInt(arguments[0]))) {
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String query = questions.readLine(); query != null; query = questions.readLine()) {
        Child.resetPeakHeap();
        long rows = read(connection, query);
        System.out.println(rows + " " + Child.peakHeapMib());
      }
    }
  }

  /** Reads all rows and every column by the getter of its type; returns their number. */
  static long read(Connection connection, String query) throws SQLException {
    long rows = 0;
    long sum = 0;
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      int[] types = new int[columns];
      for (int i = 0; i < columns; i++) {
        types[i] = result.getMetaData().getColumnType(i + 1);
      }
      while (result.next()) {
        rows++;
        for (int i = 0; i < columns; i++) {
          sum += value(result, i + 1, types[i]);
        }
      }
    }
    return sum == Long.MIN_VALUE ? -rows : rows;
  }

  private static long value(ResultSet result, int column, int type) throws SQLException {
    return switch (type) {
      case java.sql.Types.INTEGER -> result.getInt(column);
      case java.sql.Types.BIGINT -> result.getLong(column);
      case java.sql.Types.BIT -> result.getBoolean(column) ? 1 : 0;
      case java.sql.Types.DOUBLE -> (long) result.getDouble(column);
      case java.sql.Types.TIMESTAMP -> {
        LocalDateTime time = result.getObject(column, LocalDateTime.class);
        yield time == null ? 0 : time.getNano();
      }
      case java.sql.Types.DECIMAL -> {
        java.math.BigDecimal number = result.getBigDecimal(column);
        yield number == null ? 0 : number.scale();
      }
      case java.sql.Types.VARBINARY -> {
        byte[] bytes = result.getBytes(column);
        yield bytes == null ? 0 : bytes.length;
      }
      default -> {
        String text = result.getString(column);
        yield text == null ? 0 : text.length();
      }
    };
  }
}
