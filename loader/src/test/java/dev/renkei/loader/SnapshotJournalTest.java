package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.carrotsearch.hppc.LongArrayList;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Lot.Table;
import dev.renkei.core.snapshot.Settled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counts of rows survive the process. */
class SnapshotJournalTest {
  private static final Lot FIRST = lot(10, 1, 1);
  private static final Lot SECOND = lot(11, 2, 3);

  @TempDir private Path folder = Path.of("");
  private final SnapshotRows rows = new SnapshotRows();

  private static Lot lot(long stamp, int chunk, int attempt) {
    return new Lot(
        new Table(Stock.SOURCE, Stock.NAME), new Sequence(1, stamp, 1), new Chunk(chunk, attempt));
  }

  private static Map<Lot, LongArrayList> hashes(Lot lot, long... hashes) {
    Map<Lot, LongArrayList> of = new HashMap<>();
    of.put(lot, LongArrayList.from(hashes));
    return of;
  }

  private Map<Lot, Integer> sizes() {
    Map<Lot, Integer> sizes = new HashMap<>();
    rows.forEach((lot, hashes) -> sizes.put(lot, hashes.size()));
    return sizes;
  }

  private Path file() {
    return folder.resolve("snapshot-rows");
  }

  private void write() throws IOException {
    try (SnapshotJournal journal = SnapshotJournal.open(folder, rows)) {
      journal.append(hashes(FIRST, 1, 2, 3));
      journal.append(hashes(SECOND, 1));
      journal.append(hashes(FIRST, 3, 4));
    }
  }

  private void read() throws IOException {
    SnapshotJournal.open(folder, rows).close();
  }

  @Test
  void holdsWhatWasAppended() throws Exception {
    write();

    read();

    assertThat(sizes()).isEqualTo(Map.of(FIRST, 4, SECOND, 1));
  }

  @Test
  void aTornEndIsCutOffWhereverItIsTorn() throws Exception {
    write();
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));

      read();
      long kept = Files.size(file());
      assertThat(kept).isLessThanOrEqualTo(length);
      assertThat(rows.count()).isLessThan(5);
      read();
      assertThat(Files.size(file())).isEqualTo(kept);
    }
  }

  @Test
  void goesOnBehindATornEnd() throws Exception {
    write();
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - 1));

    try (SnapshotJournal journal = SnapshotJournal.open(folder, rows)) {
      journal.append(hashes(SECOND, 9));
    }
    read();

    assertThat(sizes()).isEqualTo(Map.of(FIRST, 3, SECOND, 2));
  }

  @Test
  void aBitThatFlippedEndsWhatIsRead() throws Exception {
    write();
    byte[] whole = Files.readAllBytes(file());
    whole[whole.length - 5] ^= 1;
    Files.write(file(), whole);

    read();

    assertThat(sizes()).isEqualTo(Map.of(FIRST, 3, SECOND, 1));
  }

  @Test
  void shrinksWhenASnapshotIsSettledAndRemembersThat() throws Exception {
    SnapshotClosed closed = Stock.closing(1, 10, new SnapshotClosed.Chunk(1, 3));
    try (SnapshotJournal journal = SnapshotJournal.open(folder, rows)) {
      for (long hash = 0; hash < 1_000; hash++) {
        rows.arrived(FIRST, hash);
        journal.append(hashes(FIRST, hash));
      }
      Settled settled = Settled.swept(closed, new Sequence(1, 11, 1), 5, Stock.NOON);
      rows.settle(settled);
      journal.settled(settled, rows);
      assertThat(Files.size(file())).isLessThan(200);
      journal.append(hashes(lot(30, 1, 1), 1, 2));
    }

    read();

    assertThat(sizes()).isEqualTo(Map.of(lot(30, 1, 1), 2));
    assertThat(rows.isSettled(closed)).isTrue();
    assertThat(rows.settled()).singleElement().extracting(Settled::swept).isEqualTo(5L);
  }

  @Test
  void keepsWhatIsUnderWayWhenItIsWrittenAnew() throws Exception {
    try (SnapshotJournal journal = SnapshotJournal.open(folder, rows)) {
      for (long hash = 0; hash < 250_000; hash++) {
        rows.arrived(FIRST, hash);
      }
      journal.rewrite(rows);
      journal.append(hashes(FIRST, -1));
      journal.append(hashes(SECOND, 1));
    }

    read();

    assertThat(sizes()).isEqualTo(Map.of(FIRST, 250_001, SECOND, 1));
  }

  @Test
  void isOneLoadersAtATime() throws Exception {
    try (SnapshotJournal journal = SnapshotJournal.open(folder, rows)) {
      assertThatThrownBy(() -> SnapshotJournal.open(folder, new SnapshotRows()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another loader has this folder");
      journal.append(hashes(FIRST, 1));
    }
    read();

    assertThat(rows.count()).isEqualTo(1);
  }
}
