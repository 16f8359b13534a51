package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.demo.LedgerFile.ChangedRow;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir private Path folder = Path.of("");

  private Path written() throws IOException {
    Path file = folder.resolve("ledger");
    Map<ChangedRow, Boolean> moved = new LinkedHashMap<>();
    moved.put(new ChangedRow(ShopTable.STOCK, "[\"7\",\"s\"]"), true);
    moved.put(new ChangedRow(ShopTable.STOCK, "[\"7\",\"free\"]"), false);
    try (LedgerFile ledger = LedgerFile.create(file, Shop.tables())) {
      ledger.append(17, 1_767_225_600_123_456L, moved);
      ledger.append(
          19,
          1_767_225_600_223_456L,
          Map.of(new ChangedRow(ShopTable.COUPON_CODES, "[\"冬物-12\"]"), false));
    }
    return file;
  }

  private static List<String> changesOf(Ledger ledger) {
    List<String> changes = new ArrayList<>();
    ledger.forEach(
        (version, table, key, deleted) ->
            changes.add("%d %s %s %s".formatted(version, table, key, deleted ? "gone" : "there")));
    return changes;
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    Ledger ledger = Ledger.read(written());

    assertThat(changesOf(ledger))
        .containsExactly(
            "17 dbo.Stock [\"7\",\"s\"] gone",
            "17 dbo.Stock [\"7\",\"free\"] there",
            "19 dbo.Coupon Codes [\"冬物-12\"] there");
    assertThat(ledger.changes()).isEqualTo(3);
    assertThat(ledger.transactions()).isEqualTo(2);
    assertThat(ledger.lastVersion()).isEqualTo(19);
    assertThat(ledger.committedAt(17)).isEqualTo(1_767_225_600_123_456L);
    assertThat(ledger.committedAt(18)).isEqualTo(Ledger.UNKNOWN);
  }

  @Test
  void leavesOutALineThatWasCutOff() throws IOException {
    Path file = written();
    for (String half : List.of("2", "0\t17672", "25600123456\t1+[\"7", "\",\"s\"]")) {
      Files.writeString(file, half, StandardOpenOption.APPEND);

      assertThat(Ledger.read(file).transactions()).as(half).isEqualTo(2);
    }
  }

  @Test
  void refusesWhatIsNoLedger() throws IOException {
    Path file = Files.writeString(folder.resolve("other"), "17\t1\t0+[\"1\"]\t\n");

    assertThatThrownBy(() -> Ledger.read(file)).hasMessageEndingWith("not a ledger");
  }

  @Test
  void isNeverWrittenOverAnother() throws IOException {
    Path file = written();

    assertThatThrownBy(() -> LedgerFile.create(file, Shop.tables()))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
