package dev.renkei.bench.standin;

import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Child;
import dev.renkei.bench.Report;
import dev.renkei.bench.source.SampleTable;
import dev.renkei.bench.source.Source;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench stand-in}. Client and server are processes of their own. */
@Command(
    name = "stand-in",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "The SQL Server stand-in, read by mssql-jdbc over loopback.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench stand-in", "  renkei bench stand-in --rows 200000 --rounds 5"})
public final class StandInBench extends Benchmark {
  private static final int HEAP_MIB = 256;

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      description = "Rows to read (default: ${DEFAULT-VALUE}).")
  private int rows;

  /** Work whose time is taken; returns how many rows or operations it was. */
  private interface Work {
    long run() throws SQLException, IOException;
  }

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      rows = 20_000;
    }
    report.amount("rows", rows);
    report.amount("rounds", rounds());
    long begun = System.nanoTime();
    try (Source source = Source.start(4096)) {
      report.figure("start of a JVM to ready", "s", (System.nanoTime() - begun) / 1e9);
      try (Connection connection = source.connect()) {
        reading(report, source, connection);
        changes(report, connection);
        writing(report, connection);
      }
    }
    largeResult(report);
  }

  private void reading(Report report, Source source, Connection connection)
      throws SQLException, IOException {
    int recorder = source.recorder();
    for (SampleTable table : SampleTable.values()) {
      table.create(connection, rows);
      String name = table.name().toLowerCase(Locale.ROOT);
      String query = "SELECT * FROM " + table.table();
      double[] bare;
      try (Connection recorded = Source.connect(recorder)) {
        Client.read(recorded, query);
        bare = rates(() -> Client.read(recorded, query));
      }
      double[] through = rates(() -> Client.read(connection, query));
      report.figure("read " + name + ", bare driver", "rows/s", bare);
      report.figure("read " + name, "rows/s", through);
      report.ratio("read " + name + " to bare driver", null, through, bare);
    }
  }

  private void changes(Report report, Connection connection) throws SQLException, IOException {
    for (int count : quick() ? new int[] {1_000} : new int[] {10_000, 200_000}) {
      int changed = Math.min(count, rows);
      String table = "dbo.changed" + count;
      execute(
          connection,
          "CREATE TABLE "
              + table
              + "(id int NOT NULL PRIMARY KEY, name nvarchar(50), amount decimal(18,4))");
      execute(
          connection,
          "INSERT INTO " + table + " SELECT id, name, amount FROM dbo.mixed WHERE id < " + changed);
      execute(
          connection,
          "ALTER TABLE " + table + " ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)");
      execute(connection, "UPDATE " + table + " SET amount = amount + 1");
      String query =
          ("SELECT ct.SYS_CHANGE_VERSION, ct.SYS_CHANGE_OPERATION, ct.SYS_CHANGE_COLUMNS, ct.id, t.name, t.amount"
                  + " FROM CHANGETABLE(CHANGES %s, 0) AS ct LEFT OUTER JOIN %s AS t ON t.id = ct.id"
                  + " ORDER BY ct.SYS_CHANGE_VERSION")
              .formatted(table, table);
      report.figure(
          "CHANGETABLE joined, %,d changes".formatted(changed),
          "rows/s",
          rates(() -> Client.read(connection, query)));
    }
  }

  private void writing(Report report, Connection connection) throws SQLException, IOException {
    int bulk = Math.min(rows, 200_000);
    int singles = quick() ? 500 : 20_000;
    double[][] inserts = new double[2][];
    double[][] updates = new double[2][];
    for (int tracked = 0; tracked < 2; tracked++) {
      String table = "dbo.written" + tracked;
      execute(
          connection, "CREATE TABLE " + table + "(id int NOT NULL PRIMARY KEY, name nvarchar(50))");
      if (tracked == 1) {
        execute(connection, "ALTER TABLE " + table + " ENABLE CHANGE_TRACKING");
      }
      inserts[tracked] =
          rates(
              () -> {
                execute(connection, "DELETE FROM " + table);
                return execute(
                    connection,
                    "INSERT INTO " + table + " SELECT id, name FROM dbo.mixed WHERE id < " + bulk);
              });
      updates[tracked] =
          rates(
              () -> {
                try (PreparedStatement update =
                    connection.prepareStatement("UPDATE " + table + " SET name = ? WHERE id = ?")) {
                  for (int i = 0; i < singles; i++) {
                    update.setString(1, "u" + i);
                    update.setInt(2, i);
                    update.executeUpdate();
                  }
                }
                return singles;
              });
    }
    String statement = "delete and insert %,d rows by one statement each".formatted(bulk);
    report.figure(statement, "rows/s", inserts[0]);
    report.figure(statement + ", tracked", "rows/s", inserts[1]);
    report.figure("single-row updates, a transaction each", "/s", updates[0]);
    report.figure("single-row updates, a transaction each, tracked", "/s", updates[1]);
  }

  /** A gigabyte on the wire, both processes with a small heap. */
  private void largeResult(Report report) throws IOException, SQLException {
    long large = quick() ? 20_000 : 1_000_000;
    try (Source source = Source.start(HEAP_MIB)) {
      source.execute("CREATE TABLE dbo.digits(d int NOT NULL PRIMARY KEY)");
      source.execute("INSERT INTO dbo.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
      source.resetHeap();
      try (Child client = Child.start(Client.class, HEAP_MIB, Integer.toString(source.port()))) {
        client.answer();
        long begun = System.nanoTime();
        String answer =
            client.ask(
                "SELECT TOP ("
                    + large
                    + ") a.d + 10 * b.d AS d, REPLICATE(N'y', 500) AS y FROM dbo.digits a, dbo.digits b,"
                    + " dbo.digits c, dbo.digits e, dbo.digits f, dbo.digits g");
        double seconds = (System.nanoTime() - begun) / 1e9;
        String[] parts = answer.split(" ");
        String what = "result of %,d MB".formatted(Long.parseLong(parts[0]) * 1006 / 1_000_000);
        report.figure(what, "s", seconds);
        report.figure(
            what + ", peak heap of the stand-in, of " + HEAP_MIB, "MiB", source.peakHeapMib());
        report.figure(
            what + ", peak heap of the client, of " + HEAP_MIB,
            "MiB",
            Double.parseDouble(parts[1]));
      }
    }
  }

  /** Rows or operations per second in each round, after one round to warm up. */
  private double[] rates(Work work) throws SQLException, IOException {
    work.run();
    double[] rates = new double[rounds()];
    for (int i = 0; i < rates.length; i++) {
      long begun = System.nanoTime();
      long count = work.run();
      rates[i] = count / ((System.nanoTime() - begun) / 1e9);
    }
    return rates;
  }

  private static int execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }
}
