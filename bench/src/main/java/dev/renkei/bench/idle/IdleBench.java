package dev.renkei.bench.idle;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Child;
import dev.renkei.bench.Report;
import dev.renkei.bench.source.Source;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench idle}. Source and tracker are processes of their own. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tables that do not change: CPU of the tracker, questions to the source.",
      "First with an idle database, then with one more table that is written to all the time,",
      "so that the database's version moves and every table is asked for."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench idle", "  renkei bench idle --tables 200 --seconds 60"})
public final class IdleBench extends Benchmark {
  private static final int SOURCE_HEAP_MIB = 2048;
  private static final int TRACKER_HEAP_MIB = 256;
  private static final int WRITES_PER_SECOND = 10;
  private static final int QUESTIONS = 50;

  @Option(
      names = "--tables",
      defaultValue = "1000",
      description = "Idle tables (default: ${DEFAULT-VALUE}).")
  private int tables;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long it is watched, each way (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "80",
      description =
          "Seconds before: at two questions a second, Java compiles late (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      tables = 200;
      seconds = 2;
      warmUp = 2;
    }
    report.amount("tables", tables);
    report.amount("seconds each way", seconds);
    report.amount("seconds to warm up", warmUp);
    try (Source source = Source.start(SOURCE_HEAP_MIB);
        Connection connection = source.connect()) {
      for (int i = 0; i < tables; i++) {
        create(connection, "idle%04d".formatted(i));
      }
      create(connection, "busy");
      execute(connection, "INSERT INTO dbo.busy VALUES (1, N'', 0)");
      try (Child tracker =
          Child.start(
              TrackerProcess.class,
              TRACKER_HEAP_MIB,
              Integer.toString(source.port()),
              Integer.toString(tables + 1))) {
        tracker.answer();
        watch(report, "idle database", source, tracker, () -> 0);
        watch(
            report,
            "one busy table",
            source,
            tracker,
            () -> execute(connection, "UPDATE dbo.busy SET n = n + 1"));
        question(report, source);
        report.figure("peak heap of the tracker, of " + TRACKER_HEAP_MIB, "MiB", heap(tracker));
      }
    }
  }

  private static void create(Connection connection, String table) throws SQLException {
    execute(
        connection,
        "CREATE TABLE dbo.%s(id int NOT NULL PRIMARY KEY, name nvarchar(50), n int)"
            .formatted(table));
    execute(connection, "ALTER TABLE dbo.%s ENABLE CHANGE_TRACKING".formatted(table));
  }

  private static int execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** Writes now and then; says how many rows. */
  private interface Write {
    int run() throws SQLException;
  }

  private void watch(Report report, String what, Source source, Child tracker, Write write)
      throws IOException, SQLException, InterruptedException {
    System.err.println("idle: " + what + ", warming up");
    during(Duration.ofSeconds(warmUp), write);
    System.err.println("idle: " + what + ", watching");
    source.requests();
    source.questions();
    double before = Double.parseDouble(tracker.ask("cpu"));
    double sourceBefore = source.cpuSeconds();
    long begun = System.nanoTime();
    int writes = during(Duration.ofSeconds(seconds), write);
    double took = (System.nanoTime() - begun) / 1e9;
    double cpu = Double.parseDouble(tracker.ask("cpu")) - before;
    report.figure(what + ": CPU of the tracker", "% of a core", Aim.atMost(2), 100 * cpu / took);
    report.figure(
        what + ": questions to the source", "/s", Aim.atMost(2), source.questions() / took);
    report.figure(
        what + ": requests to the source, all", "/s", (source.requests() - writes) / took);
    report.figure(
        what + ": CPU of the source",
        "% of a core",
        100 * (source.cpuSeconds() - sourceBefore) / took);
  }

  /** Writes a few times a second; returns how many rows. */
  private static int during(Duration time, Write write) throws SQLException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    int writes = 0;
    while (System.nanoTime() < end) {
      writes += write.run();
      TimeUnit.MILLISECONDS.sleep(1_000 / WRITES_PER_SECOND);
    }
    return writes;
  }

  /**
   * The tracker's question, asked alone: its first parameter is the lowest of all cursors, and no
   * table is looked into that has none above it.
   */
  private void question(Report report, Source source) throws IOException, SQLException {
    String text = source.lastQuestion();
    long current = source.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()");
    try (Connection connection = source.connect();
        PreparedStatement question = connection.prepareStatement(text)) {
      for (int i = 1; i <= text.chars().filter(c -> c == '?').count(); i++) {
        question.setLong(i, current);
      }
      report("the question where the version has not moved", report, question);
      question.setLong(1, current - 1);
      report("the question where it has", report, question);
    }
    report.figure("length of the question", "characters", text.length());
  }

  private static void report(String what, Report report, PreparedStatement question)
      throws SQLException {
    double[] millis = new double[QUESTIONS];
    for (int i = -QUESTIONS; i < QUESTIONS; i++) {
      long begun = System.nanoTime();
      ask(question);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    Arrays.sort(millis);
    report.figure(what + ", p50", "ms", millis[QUESTIONS / 2]);
    report.figure(what + ", p99", "ms", millis[QUESTIONS * 99 / 100]);
  }

  private static void ask(PreparedStatement question) throws SQLException {
    boolean more = question.execute();
    while (more) {
      try (ResultSet rows = question.getResultSet()) {
        while (rows.next()) {
          // Looked at by nobody.
        }
      }
      more = question.getMoreResults();
    }
  }

  private static double heap(Child tracker) throws IOException {
    return Double.parseDouble(tracker.ask("heap"));
  }
}
