package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.demo.LedgerFile.ChangedRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of committed changes, counted. */
class AccountsTest {
  @TempDir private Path folder = Path.of("");

  private final List<Long> committed = new ArrayList<>();
  private final List<Topic.Message> raw = new ArrayList<>();
  private final List<Topic.Message> hub = new ArrayList<>();

  private static Topic.Message change(long version) {
    return new Topic.Message(
        ShopTable.STOCK.table(), "[\"7\",\"s\"]", ChangeType.UPDATE, new Sequence(1, version, 0));
  }

  private static Topic.Message snapshotRow(long version) {
    return new Topic.Message(
        ShopTable.STOCK.table(),
        "[\"7\",\"s\"]",
        ChangeType.SNAPSHOT_ROW,
        new Sequence(1, version, 1));
  }

  /** Of one row, whose versions these are. */
  private Accounts accounts() throws Exception {
    Path file = folder.resolve("ledger");
    try (LedgerFile ledger = LedgerFile.create(file, Shop.tables())) {
      for (long version : committed) {
        ledger.append(
            version, version, Map.of(new ChangedRow(ShopTable.STOCK, "[\"7\",\"s\"]"), false));
      }
    }
    return Accounts.of(Ledger.read(file), raw::forEach, hub::forEach);
  }

  @Test
  void countsWhatWasDeliveredAndTheCopiesRemoved() throws Exception {
    committed.addAll(List.of(1L, 2L));
    raw.addAll(List.of(change(1), change(1), change(2), change(2), change(2)));
    hub.addAll(List.of(change(1), change(2)));

    Accounts accounts = accounts();

    assertThat(accounts.unbalanced()).isEmpty();
    assertThat(accounts.committed()).isEqualTo(2);
    assertThat(accounts.delivered()).isEqualTo(2);
    assertThat(accounts.rawMessages()).isEqualTo(5);
    assertThat(accounts.duplicatesRemoved()).isEqualTo(3);
  }

  @Test
  void aVersionThatNobodyReadIsCollapsedIntoANewerOne() throws Exception {
    committed.addAll(List.of(1L, 2L, 3L));
    raw.add(change(3));
    hub.add(change(3));

    Accounts accounts = accounts();

    assertThat(accounts.unbalanced()).isEmpty();
    assertThat(accounts.collapsed()).isEqualTo(2);
    assertThat(accounts.delivered()).isEqualTo(1);
  }

  @Test
  void aVersionReadAfterANewerOneWasDeliveredIsSuperseded() throws Exception {
    committed.addAll(List.of(1L, 2L));
    raw.addAll(List.of(change(2), change(1), change(2)));
    hub.add(change(2));

    Accounts accounts = accounts();

    assertThat(accounts.unbalanced()).isEmpty();
    assertThat(accounts.superseded()).isEqualTo(1);
    assertThat(accounts.duplicatesRemoved()).isEqualTo(2);
  }

  @Test
  void aSnapshotStandsForTheVersionsBeforeIt() throws Exception {
    committed.addAll(List.of(1L, 2L));
    hub.add(snapshotRow(2));

    Accounts accounts = accounts();

    assertThat(accounts.unbalanced()).isEmpty();
    assertThat(accounts.collapsed()).isEqualTo(2);
    assertThat(accounts.snapshots()).isEqualTo(1);
    assertThat(accounts.rawMessages()).isZero();
  }

  @Test
  void saysThatACommittedChangeWasNeverRead() throws Exception {
    committed.addAll(List.of(1L, 2L));
    raw.add(change(1));
    hub.add(change(1));

    assertThat(accounts().unbalanced())
        .containsExactly(
            "1 committed changes were never read, and nothing newer of their rows",
            "committed 2 is not collapsed 0 + delivered 1 + superseded 0");
  }

  @Test
  void saysThatDedupeDroppedWhatNothingReplaces() throws Exception {
    committed.addAll(List.of(1L, 2L));
    raw.addAll(List.of(change(1), change(2)));
    hub.add(change(1));

    assertThat(accounts().unbalanced())
        .contains("1 changes were read and did not reach the hub, and nothing newer of their rows");
  }

  @Test
  void saysThatTheHubHasAChangeTwice() throws Exception {
    committed.add(1L);
    raw.addAll(List.of(change(1), change(1)));
    hub.addAll(List.of(change(1), change(1)));

    assertThat(accounts().unbalanced())
        .containsExactly(
            "1 changes are in the hub more than once",
            "committed 1 is not collapsed 0 + delivered 2 + superseded 0");
  }

  @Test
  void saysThatAChangeCameFromNowhere() throws Exception {
    raw.add(change(9));
    hub.add(change(9));

    assertThat(accounts().unbalanced())
        .contains("1 changes are in the topics that the writer's ledger does not have");
  }

  @Test
  void keepsManyChangesApart() throws Exception {
    for (long version = 1; version <= 100_000; version++) {
      committed.add(version);
      raw.add(change(version));
      hub.add(change(version));
    }

    Accounts accounts = accounts();

    assertThat(accounts.unbalanced()).isEmpty();
    assertThat(accounts.delivered()).isEqualTo(100_000);
    assertThat(accounts.collapsed() + accounts.superseded()).isZero();
  }
}
