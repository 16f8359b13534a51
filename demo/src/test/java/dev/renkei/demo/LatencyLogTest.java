package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.LedgerFile.ChangedRow;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyLogTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void countsFromTheWritersCommitAndLeavesOutWhatItDidNotWrite() throws Exception {
    Path file = folder.resolve("ledger");
    LatencyLog log = new LatencyLog();
    try (LedgerFile ledger = LedgerFile.create(file, Shop.tables())) {
      for (int version = 1; version <= 10_000; version++) {
        ledger.append(
            version,
            version * 1_000L,
            Map.of(new ChangedRow(ShopTable.ORDERS, "[\"" + version + "\"]"), false));
        log.visible(version, version * 1_000L + version * 100L);
      }
    }
    log.visible(10_001, 5);

    assertThat(log.since(Ledger.read(file)))
        .isEqualTo(new DemoReport.Latency(500, 950, 990, 10_000));
  }

  @Test
  void isNoTimeBeforeTheFirstChange() throws Exception {
    Path file = folder.resolve("ledger");
    LedgerFile.create(file, Shop.tables()).close();

    assertThat(new LatencyLog().since(Ledger.read(file)))
        .isEqualTo(new DemoReport.Latency(0, 0, 0, 0));
  }
}
