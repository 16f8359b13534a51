package dev.renkei.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.Cursor.Reading;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorCodecTest {
  private static final Instant NOW = Instant.parse("2026-11-22T01:02:03.004Z");
  private static final TableName ORDERS = new TableName("dbo", "注文 [x]");

  @Test
  void a_cursor_comes_back_as_it_was() {
    Cursor cursor =
        new Cursor(
            "tracker-a",
            "shop",
            ORDERS,
            3,
            Long.MAX_VALUE,
            -5,
            17,
            2,
            new Cursor.SnapshotProgress(
                5000,
                3,
                20,
                24,
                "[\"連\\\"\",7]",
                2,
                ChunksDone.NONE.plus(1, 50).plus(1, 50).plus(3, 49),
                "layout",
                NOW,
                "A = '連'"),
            new Reading("abc", List.of(1, 2, 3, 7, 9, 10), 12, "f00"),
            "f01",
            new Cursor.LastSnapshot(
                3, 4999, 2, 17, 19, false, 100, 7, NOW, NOW.plusSeconds(1), "B < 7"),
            NOW);

    assertThat(CursorCodec.read(CursorCodec.write(cursor))).isEqualTo(cursor);
  }

  @Test
  void a_cursor_that_says_little_comes_back_too() {
    Cursor cursor = new Cursor("tracker-a", "shop", ORDERS, 1, 0, 1, 0, 0, null, NOW);

    assertThat(CursorCodec.read(CursorCodec.write(cursor))).isEqualTo(cursor);
  }

  @Test
  void a_cursor_of_the_first_release_is_read() {
    byte[] bytes =
        """
        {"tracker":"tracker-a","source":"shop","table":"dbo.Orders","epoch":1,"version":42,\
        "object_id":7,"begin_version":3,"snapshot_done":1,"at":"2026-11-22T01:02:03.004Z"}"""
            .getBytes(StandardCharsets.UTF_8);

    assertThat(CursorCodec.read(bytes))
        .isEqualTo(
            new Cursor(
                "tracker-a", "shop", new TableName("dbo", "Orders"), 1, 42, 7, 3, 1, null, NOW));
  }

  @Test
  void a_snapshot_that_the_first_release_had_under_way_is_known_and_cannot_go_on() {
    byte[] bytes =
        """
        {"tracker":"tracker-a","source":"shop","table":"dbo.Orders","epoch":1,"version":42,\
        "object_id":7,"begin_version":3,"snapshot_done":1,"snapshot_number":2,"snapshot_start":40,\
        "snapshot_rows":10,"at":"2026-11-22T01:02:03.004Z"}"""
            .getBytes(StandardCharsets.UTF_8);

    assertThat(CursorCodec.read(bytes).snapshot())
        .isEqualTo(
            new Cursor.SnapshotProgress(2, 2, 40, 40, null, 1, ChunksDone.NONE, "", NOW, null));
  }

  @Test
  void twenty_thousand_chunks_stay_small() {
    ChunksDone done = ChunksDone.NONE;
    for (int i = 0; i < 20_000; i++) {
      done = done.plus(i == 7_000 ? 3 : 1, 50_000);
    }
    done = done.plus(1, 713);

    assertThat(done.toString()).isEqualTo("1x50000*7000,3x50000,1x50000*12999,1x713");
    assertThat(ChunksDone.parse(done.toString())).isEqualTo(done);
    assertThat(done.count()).isEqualTo(20_001);
    assertThat(done.rows()).isEqualTo(1_000_000_713L);
    assertThat(done.chunks()).hasSize(20_001);
    assertThat(done.chunks().get(7_000).attempt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "1", "0x5", "1x-1", "1x5*0", "1x5*", "x", "a"})
  void what_are_no_chunks_is_refused(String text) {
    assertThatThrownBy(() -> ChunksDone.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "'7','7'",
    "'1,2,3','1-3'",
    "'3,1,2','3,1-2'",
    "'1,2,9,11,12','1-2,9,11-12'"
  })
  void runs_of_numbers_are_joined(String numbers, String text) {
    List<Integer> list =
        numbers.isEmpty()
            ? List.of()
            : List.of(numbers.split(",")).stream().map(Integer::valueOf).toList();

    assertThat(Runs.write(list)).isEqualTo(text);
    assertThat(Runs.read(text)).isEqualTo(list);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "1-2-3", "5-4", "a", "-"})
  void what_is_no_run_is_refused(String text) {
    assertThatThrownBy(() -> Runs.read(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
