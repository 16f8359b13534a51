package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenChangesTest {
  private static final long START = 100;

  /** Versions that any memory holds. */
  private static final int REACH = 20;

  @Test
  void whatLiesAboveTheCursorIsNew() {
    SeenChanges seen = new SeenChanges(START);

    assertThat(seen.take(101, List.of(1), START)).isFalse();
  }

  @Test
  void whatWasReadBeforeIsNotLate() {
    SeenChanges seen = new SeenChanges(START);
    seen.take(101, List.of(1, "a"), START);
    seen.take(101, List.of(new byte[] {1}), START);

    assertThat(seen.take(101, List.of(1, "a"), 102)).isFalse();
    assertThat(seen.take(101, List.of(new byte[] {1}), 102)).isFalse();
  }

  @Test
  void whatLiesBehindTheCursorAndWasNotReadBeforeIsLateOnce() {
    SeenChanges seen = new SeenChanges(START);
    seen.take(103, List.of(1), START);

    assertThat(seen.take(102, List.of(1), 103)).isTrue();
    assertThat(seen.take(103, List.of(2), 103)).isTrue();
    assertThat(seen.take(102, List.of(1), 103)).isFalse();
  }

  @Test
  void nothingIsSaidOfVersionsBeforeTheMemory() {
    SeenChanges seen = new SeenChanges(START);

    assertThat(seen.take(START, List.of(1), 200)).isFalse();
    assertThat(seen.take(7, List.of(2), 200)).isFalse();
  }

  @Test
  void whatWasForgottenIsNotTakenForLate() {
    SeenChanges seen = new SeenChanges(0);
    int changes = 200_000;
    for (int version = 1; version <= changes; version++) {
      assertThat(seen.take(version, List.of(version), version - 1)).isFalse();
    }

    assertThat(seen.take(1, List.of(1), changes)).isFalse();
    assertThat(seen.take(changes, List.of(changes), changes)).isFalse();
    assertThat(seen.take(changes, List.of(-1), changes)).isTrue();
  }

  /** Polls that see what is visible, and now and then read the last versions again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsExactlyWhatBecameVisibleBehindTheCursor(long seed) {
    Random random = new Random(seed);
    SeenChanges seen = new SeenChanges(0);
    TreeMap<Long, Boolean> visible = new TreeMap<>();
    Set<Long> read = new HashSet<>();
    long cursor = 0;
    long version = 0;
    int found = 0;
    int missed = 0;
    for (int poll = 0; poll < 500; poll++) {
      for (int i = random.nextInt(8); i > 0; i--) {
        visible.put(++version, random.nextInt(10) > 0);
      }
      long from = random.nextInt(5) == 0 ? Math.max(0, cursor - REACH) : cursor;
      for (var entry : visible.tailMap(from, false).entrySet()) {
        if (entry.getValue()) {
          long v = entry.getKey();
          missed += v <= cursor && !read.contains(v) ? 1 : 0;
          found += seen.take(v, List.of("key" + v), cursor) ? 1 : 0;
          read.add(v);
        }
      }
      cursor = version;
      visible.replaceAll((v, there) -> there || random.nextInt(10) == 0);
    }
    assertThat(found).isPositive().isEqualTo(missed);
  }
}
