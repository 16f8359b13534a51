package dev.renkei.bench.standin;

import dev.renkei.bench.Child;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench stand-in}. Client and server are processes of their own; figures are medians
 * of the rounds.
 */
@Command(
    name = "stand-in",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "What the SQL Server stand-in costs, read by mssql-jdbc over loopback.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench stand-in", "  renkei bench stand-in --rows 200000 --rounds 5"})
public final class StandInBench implements Callable<Integer> {
  private static final String MIXED =
      "id int NOT NULL PRIMARY KEY, big bigint, name nvarchar(50), code nvarchar(20), amount decimal(18,4),"
          + " at datetime2(7), bin varbinary(16), flag bit, guid uniqueidentifier, ratio float";
  private static final int HEAP_MIB = 256;

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      description = "Rows to read (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds after one to warm up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--quick", description = "Small amounts: shows that it runs, not how fast.")
  private boolean quick;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  public StandInBench() {}

  /** Work whose time is taken; returns how many rows or operations it was. */
  private interface Work {
    long run() throws SQLException, IOException;
  }

  @Override
  public Integer call() throws Exception {
    if (quick) {
      rows = 20_000;
      rounds = 1;
    }
    System.out.printf(
        "stand-in bench: %,d rows, %d rounds, Java %s, %d processors%n",
        rows, rounds, Runtime.version(), Runtime.getRuntime().availableProcessors());
    long begun = System.nanoTime();
    try (Child server = Child.start(Server.class, 4096)) {
      int port = Integer.parseInt(server.answer());
      System.out.printf(
          "%-58s %10.2f s%n", "start of a JVM to ready", (System.nanoTime() - begun) / 1e9);
      try (Connection connection = Client.connect(port)) {
        reading(port, connection);
        changes(connection);
        writing(connection);
      }
    }
    largeResult();
    return 0;
  }

  private void reading(int port, Connection connection) throws SQLException, IOException {
    execute(connection, "CREATE TABLE dbo.mixed(" + MIXED + ")");
    execute(
        connection,
        "CREATE TABLE dbo.narrow(id int NOT NULL PRIMARY KEY, big bigint, code nvarchar(20), at datetime2(3))");
    fill(connection);
    for (String table : new String[] {"narrow", "mixed"}) {
      String query = "SELECT * FROM dbo." + table;
      double bare;
      try (Replay replay = new Replay(port)) {
        try (Connection recording = Client.connect(replay.port())) {
          Client.read(recording, query);
        }
        bare =
            rate(
                () -> {
                  try (Connection replayed = Client.connect(replay.port())) {
                    return Client.read(replayed, query);
                  }
                });
      }
      double through = rate(() -> Client.read(connection, query));
      System.out.printf(
          "%-58s %,10.0f rows/s   bare driver %,.0f rows/s, ratio %.2f%n",
          "read " + table, through, bare, through / bare);
    }
  }

  private void fill(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    execute(
        connection,
        "INSERT INTO dbo.mixed VALUES (1, 1000003, N'name of row number 1', N'C1', 0.1428,"
            + " '2020-01-01T00:00:01.1234567', 0x000102030405060708090a0b0c0d0e0f, 1, NEWID(), 0.333)");
    for (int have = 1; have < rows; have *= 2) {
      int more = Math.min(have, rows - have);
      execute(
          connection,
          ("INSERT INTO dbo.mixed SELECT id + %d, (id + %d) * CAST(1000003 AS bigint), CONCAT(N'name of row number ', id + %d),"
                  + " CONCAT(N'C', (id + %d) %% 1000), CAST(id + %d AS decimal(18,4)) / 7, DATEADD(second, %d, at), bin,"
                  + " CAST((id + %d) %% 2 AS bit), NEWID(), (id + %d) / 3.0 FROM dbo.mixed WHERE id <= %d")
              .formatted(have, have, have, have, have, have, have, have, more));
    }
    execute(connection, "INSERT INTO dbo.narrow SELECT id, big, code, at FROM dbo.mixed");
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void changes(Connection connection) throws SQLException, IOException {
    execute(
        connection,
        "ALTER DATABASE Bench SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)");
    for (int count : quick ? new int[] {1_000} : new int[] {10_000, 200_000}) {
      int changed = Math.min(count, rows);
      String table = "dbo.changed" + count;
      execute(
          connection,
          "CREATE TABLE "
              + table
              + "(id int NOT NULL PRIMARY KEY, name nvarchar(50), amount decimal(18,4))");
      execute(
          connection,
          "INSERT INTO "
              + table
              + " SELECT id, name, amount FROM dbo.mixed WHERE id <= "
              + changed);
      execute(
          connection,
          "ALTER TABLE " + table + " ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)");
      execute(connection, "UPDATE " + table + " SET amount = amount + 1");
      String query =
          ("SELECT ct.SYS_CHANGE_VERSION, ct.SYS_CHANGE_OPERATION, ct.SYS_CHANGE_COLUMNS, ct.id, t.name, t.amount"
                  + " FROM CHANGETABLE(CHANGES %s, 0) AS ct LEFT OUTER JOIN %s AS t ON t.id = ct.id"
                  + " ORDER BY ct.SYS_CHANGE_VERSION")
              .formatted(table, table);
      double rate = rate(() -> Client.read(connection, query));
      System.out.printf(
          "%-58s %,10.0f rows/s   %.3f s in all%n",
          "CHANGETABLE joined, %,d changes".formatted(changed), rate, changed / rate);
    }
  }

  private void writing(Connection connection) throws SQLException, IOException {
    int bulk = Math.min(rows, 200_000);
    int singles = quick ? 500 : 20_000;
    double[] updates = new double[2];
    double[] inserts = new double[2];
    for (int tracked = 0; tracked < 2; tracked++) {
      String table = "dbo.written" + tracked;
      execute(
          connection, "CREATE TABLE " + table + "(id int NOT NULL PRIMARY KEY, name nvarchar(50))");
      if (tracked == 1) {
        execute(connection, "ALTER TABLE " + table + " ENABLE CHANGE_TRACKING");
      }
      inserts[tracked] =
          rate(
              () -> {
                execute(connection, "DELETE FROM " + table);
                return execute(
                    connection,
                    "INSERT INTO " + table + " SELECT id, name FROM dbo.mixed WHERE id <= " + bulk);
              });
      updates[tracked] =
          rate(
              () -> {
                try (PreparedStatement update =
                    connection.prepareStatement("UPDATE " + table + " SET name = ? WHERE id = ?")) {
                  for (int i = 1; i <= singles; i++) {
                    update.setString(1, "u" + i);
                    update.setInt(2, i);
                    update.executeUpdate();
                  }
                }
                return singles;
              });
    }
    System.out.printf(
        "%-58s %,10.0f rows/s   tracked %,.0f rows/s, ratio %.2f%n",
        "delete and insert %,d rows by one statement each".formatted(bulk),
        inserts[0],
        inserts[1],
        inserts[1] / inserts[0]);
    System.out.printf(
        "%-58s %,10.0f /s       tracked %,.0f /s, ratio %.2f%n",
        "single-row updates, a transaction each", updates[0], updates[1], updates[1] / updates[0]);
  }

  /** A gigabyte on the wire, both processes with a small heap. */
  private void largeResult() throws IOException, SQLException {
    long large = quick ? 20_000 : 1_000_000;
    try (Child server = Child.start(Server.class, HEAP_MIB)) {
      int port = Integer.parseInt(server.answer());
      try (Connection connection = Client.connect(port)) {
        execute(connection, "CREATE TABLE dbo.digits(d int NOT NULL PRIMARY KEY)");
        execute(
            connection, "INSERT INTO dbo.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
      }
      server.ask("reset");
      try (Child client = Child.start(Client.class, HEAP_MIB, Integer.toString(port))) {
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
        System.out.printf(
            "%-58s %10.1f s        heap peak: stand-in %s MiB, client %s MiB, of %d MiB each%n",
            "result of %,d MB".formatted(Long.parseLong(parts[0]) * 1006 / 1_000_000),
            seconds,
            server.ask("heap"),
            parts[1],
            HEAP_MIB);
      }
    }
  }

  /** Median of rows or operations per second over the rounds, after one round to warm up. */
  private double rate(Work work) throws SQLException, IOException {
    work.run();
    double[] rates = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long begun = System.nanoTime();
      long count = work.run();
      rates[i] = count / ((System.nanoTime() - begun) / 1e9);
    }
    java.util.Arrays.sort(rates);
    return rates[rounds / 2];
  }

  private static int execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }
}
