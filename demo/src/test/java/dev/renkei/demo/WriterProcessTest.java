package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.SourceRows.Tracked;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The writer as its own process: whatever ends it, the ledger is what the source has. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WriterProcessTest {
  @TempDir private Path folder = Path.of("");
  private @Nullable ShopServer shop;
  private @Nullable Process process;

  @BeforeEach
  void start() throws IOException, SQLException, InterruptedException {
    shop = ShopServer.start(2_000);
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
    if (shop != null) {
      shop.close();
    }
  }

  private ShopServer shop() {
    if (shop == null) {
      throw new IllegalStateException("not started");
    }
    return shop;
  }

  private Path ledger() {
    return folder.resolve("ledger");
  }

  private Process write(int rate, int rowsPerTransaction, double seconds) throws IOException {
    WriterOptions options = shop().writer(ledger(), rate, rowsPerTransaction, seconds);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WriterMain.class.getName());
    command.addAll(options.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(WriterOptions.URL_VARIABLE, options.url());
    Process started = builder.start();
    process = started;
    return started;
  }

  private static WriterLine line(BufferedReader from) throws IOException {
    String line = from.readLine();
    assertThat(line).as("the writer ended").isNotNull();
    return WriterLine.parse(line).orElseThrow(() -> new AssertionError("said " + line));
  }

  private static WriterLine.Done done(BufferedReader from) throws IOException {
    WriterLine line = line(from);
    while (!(line instanceof WriterLine.Done)) {
      line = line(from);
    }
    return (WriterLine.Done) line;
  }

  /** The ledger's last word on each key is Change Tracking's, and the rows are there or gone. */
  private Ledger requireTruth() throws IOException, SQLException {
    Ledger ledger = Ledger.read(ledger());
    Map<String, Tracked> last = new HashMap<>();
    ledger.forEach(
        (version, table, key, deleted) -> last.put(table + key, new Tracked(version, deleted)));
    Map<String, Tracked> tracked = new HashMap<>();
    try (Connection source = shop().connectByJtds()) {
      for (ShopTable table : ShopTable.values()) {
        SourceRows rows = SourceRows.read(source, ProofTable.read(source, table.table()));
        rows.tracked()
            .forEach(
                (key, change) -> {
                  tracked.put(table.table() + key, change);
                  assertThat(rows.rows().containsKey(key)).isEqualTo(!change.deleted());
                });
        assertThat(LastChanges.of(ledger).disagreements(table.table(), rows.tracked())).isEmpty();
      }
    }
    assertThat(last).isNotEmpty().isEqualTo(tracked);
    return ledger;
  }

  @Test
  void endsAfterItsSecondsAndSaysWhatItDid() throws Exception {
    Process writer = write(500, 5, 3);
    BufferedReader says = writer.inputReader();

    assertThat(line(says)).isEqualTo(new WriterLine.Ready(2_000));
    WriterLine.Done done = done(says);

    assertThat(writer.waitFor()).isZero();
    Ledger ledger = requireTruth();
    assertThat(done.changes()).isEqualTo(ledger.changes());
    assertThat(done.transactions()).isEqualTo(ledger.transactions());
    assertThat(done.version()).isEqualTo(ledger.lastVersion());
    assertThat(done.seconds()).isBetween(3.0, 6.0);
    assertThat(done.changes()).isBetween(100L, 1_600L);
  }

  @Test
  void endsWhenItsInputEnds() throws Exception {
    Process writer = write(2_000, 200, 0);
    BufferedReader says = writer.inputReader();
    assertThat(line(says)).isInstanceOf(WriterLine.Ready.class);
    assertThat(line(says)).isInstanceOf(WriterLine.Progress.class);

    writer.getOutputStream().close();

    assertThat(done(says).changes()).isEqualTo(requireTruth().changes());
    assertThat(writer.waitFor()).isZero();
  }

  @Test
  void endsInGoodOrderAtSigterm() throws Exception {
    Process writer = write(2_000, 5, 0);
    BufferedReader says = writer.inputReader();
    assertThat(line(says)).isInstanceOf(WriterLine.Ready.class);
    assertThat(line(says)).isInstanceOf(WriterLine.Progress.class);

    // Not process.destroy(), which closes the pipes too.
    assertThat(writer.toHandle().destroy()).isTrue();

    assertThat(done(says).changes()).isEqualTo(requireTruth().changes());
    writer.waitFor();
  }

  @Test
  void saysWhatItNeeds() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriterMain.class.getName(),
                "--rate",
                "5")
            .start();
    process = writer;

    assertThat(writer.errorReader().readLine()).contains(WriterOptions.URL_VARIABLE, "--ledger");
    assertThat(writer.waitFor()).isEqualTo(2);
  }
}
