package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;

/**
 * Measures the wire without a database: rows per second that mssql-jdbc reads, and how much of the
 * time is the writer's. Not a test; run it as a program with the test class path.
 */
final class TdsBench {
  private static final int ROWS = 1_000_000;
  private static final List<ResultColumn> NARROW =
      List.of(
          new ResultColumn("id", SqlType.INT, false),
          new ResultColumn("b", SqlType.BIGINT, true),
          new ResultColumn("code", SqlType.nvarchar(20), true),
          new ResultColumn("ts", SqlType.fractional(Kind.DATETIME2, 7), true));
  private static final List<ResultColumn> MIXED =
      List.of(
          new ResultColumn("id", SqlType.INT, false),
          new ResultColumn("b", SqlType.BIGINT, true),
          new ResultColumn("name", SqlType.nvarchar(50), true),
          new ResultColumn("code", SqlType.nvarchar(20), true),
          new ResultColumn("amount", SqlType.decimal(18, 4), true),
          new ResultColumn("ts", SqlType.fractional(Kind.DATETIME2, 7), true),
          new ResultColumn("bin", SqlType.varbinary(16), true),
          new ResultColumn("flag", SqlType.BIT, true),
          new ResultColumn("guid", SqlType.UNIQUEIDENTIFIER, true),
          new ResultColumn("f", SqlType.FLOAT, true));

  private TdsBench() {}

  private static Object[] narrowValues(int i) {
    return new Object[] {
      i,
      i * 1_000_003L,
      "C" + i % 1000,
      LocalDateTime.of(2020, 1, 1, 0, 0).plusSeconds(i).plusNanos(i * 100L)
    };
  }

  private static Object[] mixedValues(int i) {
    return new Object[] {
      i,
      i * 1_000_003L,
      "name of row number " + i,
      "C" + i % 1000,
      BigDecimal.valueOf(i * 10_007L, 4),
      LocalDateTime.of(2020, 1, 1, 0, 0).plusSeconds(i).plusNanos(i * 100L),
      new byte[16],
      i % 2 == 0,
      new UUID(i, i * 31L),
      i / 3.0
    };
  }

  private interface Values {
    Object[] of(int i);
  }

  /** A thousand rows made beforehand, over and over. */
  private static void write(List<ResultColumn> columns, Values values, Response response)
      throws IOException {
    FakeRow[] made = new FakeRow[1000];
    for (int i = 0; i < made.length; i++) {
      made[i] = new FakeRow(values.of(i));
    }
    response.columns(columns);
    for (int i = 0; i < ROWS; i++) {
      response.row(made[i % made.length]);
    }
    response.done(Command.SELECT, (long) ROWS);
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 4; i++) {
      writerAlone("narrow", NARROW, TdsBench::narrowValues);
      writerAlone("mixed", MIXED, TdsBench::mixedValues);
    }
    try (Fixture fixture = new Fixture()) {
      fixture.fake.on("SELECT narrow", (s, p, r) -> write(NARROW, TdsBench::narrowValues, r));
      fixture.fake.on("SELECT mixed", (s, p, r) -> write(MIXED, TdsBench::mixedValues, r));
      for (String properties :
          List.of("", "packetSize=32767", "encrypt=true;trustServerCertificate=true")) {
        try (Connection connection = fixture.mssql(properties)) {
          for (int i = 0; i < 4; i++) {
            driver("narrow " + properties, connection, "SELECT narrow", false);
          }
          for (int i = 0; i < 4; i++) {
            driver("mixed " + properties, connection, "SELECT mixed", true);
          }
        }
      }
    }
  }

  private static void writerAlone(String what, List<ResultColumn> columns, Values values)
      throws IOException {
    TokenWriter tokens =
        new TokenWriter(new PacketWriter(OutputStream.nullOutputStream(), () -> {}, 8000), "bench");
    ResponseWriter.Interruption nothing =
        new ResponseWriter.Interruption() {
          @Override
          public void check() {}

          @Override
          public void cutAfter(PacketWriter out, long rows) {}
        };
    long start = System.nanoTime();
    write(columns, values, ResponseWriter.ofBatch(tokens, nothing, () -> "master"));
    report("writer alone, " + what, System.nanoTime() - start, 0);
  }

  private static void driver(String what, Connection connection, String text, boolean mixed)
      throws SQLException {
    long serverBefore = serverCpu();
    long start = System.nanoTime();
    long sum = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(text)) {
      while (rows.next()) {
        sum += rows.getInt(1) + rows.getLong(2) + rows.getString(3).length();
        if (mixed) {
          sum +=
              rows.getString(4).length()
                  + rows.getBigDecimal(5).scale()
                  + rows.getObject(6, LocalDateTime.class).getDayOfYear()
                  + rows.getBytes(7).length
                  + (rows.getBoolean(8) ? 1 : 0)
                  + rows.getString(9).length()
                  + (long) rows.getDouble(10);
        } else {
          sum += rows.getObject(4, LocalDateTime.class).getDayOfYear();
        }
      }
    }
    report(
        "mssql-jdbc, " + what + (sum == 42 ? "!" : ""),
        System.nanoTime() - start,
        serverCpu() - serverBefore);
  }

  /** The processor time of the connections' own threads. */
  private static long serverCpu() {
    long total = 0;
    var threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("tds-")) {
        total += threads.getThreadCpuTime(id);
      }
    }
    return total;
  }

  private static void report(String what, long nanos, long serverNanos) {
    System.out.printf(
        "%-70s %,10.0f rows/s, %5.0f ns a row, server %5.0f ns a row%n",
        what, ROWS / (nanos / 1e9), (double) nanos / ROWS, (double) serverNanos / ROWS);
  }
}
