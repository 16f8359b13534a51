package dev.renkei.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.Samples;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.MessageIds.SnapshotRowId;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final Sequence SEQUENCE = new Sequence(1, 20417, 0);

  @Test
  void keysThatTheSlidesWouldJoinAlikeHaveIdsOfTheirOwn() {
    assertThat(id("shop", STOCK, SEQUENCE, key("1", "23")))
        .isEqualTo("shop/dbo.Stock/1/20417/[\"1\",\"23\"]")
        .isNotEqualTo(id("shop", STOCK, SEQUENCE, key("12", "3")));
    assertThat(id("shop", STOCK, SEQUENCE, key("1,2", "3")))
        .isNotEqualTo(id("shop", STOCK, SEQUENCE, key("1", "2,3")));
    assertThat(id("shop", STOCK, SEQUENCE, key("a\",\"b")))
        .isNotEqualTo(id("shop", STOCK, SEQUENCE, key("a", "b")));
  }

  @Test
  void namesWithDelimitersCannotMoveThem() {
    assertThat(id("a/b", new TableName("c", "d"), SEQUENCE, key("1")))
        .isNotEqualTo(id("a", new TableName("b/c", "d"), SEQUENCE, key("1")));
    assertThat(id("a", new TableName("b", "c/1"), SEQUENCE, key("1")))
        .isNotEqualTo(id("a", new TableName("b", "c%2F1"), SEQUENCE, key("1")));
  }

  @Test
  void whatDiffersInAnythingDiffersInItsId() {
    Random random = new Random(11);
    Map<String, Object> met = new HashMap<>();
    String[] names = {
      "a", "b", "a/b", "a%2Fb", "1", "a.b", "#", "%", "s1.1.1", "c1.0", "[\"1\"]", "\uD800"
    };
    String[] parts = {"1", "2", "1/2", "", "\"", "\\", ",", "[", "]", "/", "\uD800", "\\ud800"};
    int[] numbers = {1, 2, 11, 12, 21, 111};
    for (int i = 0; i < 200_000; i++) {
      String source = names[random.nextInt(names.length)];
      TableName table =
          new TableName(pointless(names, random), names[random.nextInt(names.length)]);
      int snapshot = numbers[random.nextInt(numbers.length)];
      Sequence sequence =
          new Sequence(
              numbers[random.nextInt(numbers.length)], numbers[random.nextInt(numbers.length)], 0);
      Sequence start = new Sequence(sequence.epoch(), sequence.version(), snapshot);
      List<String> key = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        key.add(parts[random.nextInt(parts.length)]);
      }
      Chunk chunk = new Chunk(numbers[random.nextInt(3)], numbers[random.nextInt(3)]);
      int partition = random.nextInt(12);
      String id;
      List<Object> what;
      switch (random.nextInt(4)) {
        case 0 -> {
          id = id(source, table, sequence, key(key.toArray(new String[0])));
          what = List.of("change", source, table, sequence, key);
        }
        case 1 -> {
          id =
              MessageIds.ofSnapshotRow(
                  source, table, start, chunk, key(key.toArray(new String[0])));
          what = List.of("snapshot row", source, table, start, chunk, key);
        }
        case 2 -> {
          id = MessageIds.ofSweptRow(source, table, start, key(key.toArray(new String[0])));
          what = List.of("swept", source, table, start, key);
        }
        default -> {
          id = MessageIds.ofControl(source, table, start, partition);
          what = List.of("control", source, table, start, partition);
        }
      }
      Object before = met.putIfAbsent(id, what);
      if (before != null) {
        assertThat(before).as(id).isEqualTo(what);
      }
    }
    assertThat(met.size()).isGreaterThan(150_000);
  }

  private static String pointless(String[] names, Random random) {
    String name = names[random.nextInt(names.length)];
    return name.replace('.', '-');
  }

  @Test
  void theIdOfASnapshotsRowNamesItsChunk() {
    Sequence row = new Sequence(1, 20417, 3);
    String id = MessageIds.ofSnapshotRow("a/b", STOCK, row, new Chunk(12, 7), key("x/1.2"));

    assertThat(MessageIds.chunkOf(id, "a/b", STOCK, row)).contains(new Chunk(12, 7));
    assertThat(MessageIds.chunkOf(id, "a", STOCK, row)).isEmpty();
    assertThat(MessageIds.chunkOf(id("a/b", STOCK, row, key("x")), "a/b", STOCK, row)).isEmpty();
    assertThat(MessageIds.chunkOf("#1", "a/b", STOCK, row)).isEmpty();
  }

  @Test
  void theIdOfASnapshotsRowTellsItsTableStampAndChunk() {
    Sequence row = new Sequence(1, 20417, 3);
    String id = MessageIds.ofSnapshotRow("a/b", STOCK, row, new Chunk(12, 7), key("x/1.2"));

    assertThat(SnapshotRowId.of(id))
        .contains(new SnapshotRowId(MessageIds.ofTable("a/b", STOCK), row, new Chunk(12, 7)));
    assertThat(SnapshotRowId.of(id("a/b", STOCK, row, key("s3.12.7")))).isEmpty();
    assertThat(SnapshotRowId.of(MessageIds.ofSweptRow("a/b", STOCK, row, key("x")))).isEmpty();
    assertThat(SnapshotRowId.of("#1")).isEmpty();
    assertThat(SnapshotRowId.of("a/dbo.Stock/1/20417/s3.0.1/[]")).isEmpty();
  }

  @Test
  void anIdAndARoutingKeyTellTheirKey() {
    RowKey key = key("a/b", "[\"x\"]");
    TableName table = new TableName("dbo", "a/b#c");
    Sequence inSnapshot = new Sequence(1, 20417, 3);

    assertThat(MessageIds.keyOf(id("s/t", table, SEQUENCE, key))).hasValue(key);
    assertThat(
            MessageIds.keyOf(
                MessageIds.ofSnapshotRow("s/t", table, inSnapshot, new Chunk(2, 1), key)))
        .hasValue(key);
    assertThat(MessageIds.keyOf(MessageIds.routingKey("s/t", table, key))).isEqualTo(key);
    assertThat(MessageIds.keyOf(MessageIds.ofControl("s/t", table, inSnapshot, 0))).isEmpty();
    assertThat(MessageIds.keyOf(id("s", table, SEQUENCE, key("k".repeat(600))))).isEmpty();
    assertThat(MessageIds.keyOf("nothing of ours")).isEmpty();
  }

  @Test
  void aLongKeyBecomesItsHashAndStaysApart() {
    String longest = "x".repeat(512 - "shop/dbo.Stock/1/20417/[\"\"]".length());

    String fits = id("shop", STOCK, SEQUENCE, key(longest));
    String hashed = id("shop", STOCK, SEQUENCE, key(longest + "x"));

    assertThat(fits).hasSize(512).contains("/[\"x");
    assertThat(hashed).matches("shop/dbo\\.Stock/1/20417/#[0-9a-f]{64}");
    assertThat(hashed).isNotEqualTo(id("shop", STOCK, SEQUENCE, key(longest + "y")));
    assertThat(id("shop", STOCK, SEQUENCE, key(hashed.substring(hashed.indexOf('#')))))
        .isNotEqualTo(hashed);
  }

  @Test
  void lengthIsCountedInBytesOfUtf8() {
    for (String letter : new String[] {"x", "é", "連", "😀"}) {
      for (int letters = 1; letters < 600; letters++) {
        String id = id("shop", STOCK, SEQUENCE, key(letter.repeat(letters)));
        int whole =
            ("shop/dbo.Stock/1/20417/[\"" + letter.repeat(letters) + "\"]")
                .getBytes(StandardCharsets.UTF_8)
                .length;

        assertThat(id.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(512);
        assertThat(id.contains("#")).as("%d of %s", letters, letter).isEqualTo(whole > 512);
      }
    }
  }

  @Test
  void evenTheLongestNamesFit() {
    TableName table = new TableName("連".repeat(128), "携".repeat(128));

    String id = id("shop", table, SEQUENCE, key("1"));

    assertThat(id).matches("#[0-9a-f]{64}").isNotEqualTo(id("shop", table, SEQUENCE, key("2")));
    assertThat(MessageIds.ofControl("shop", table, new Sequence(1, 1, 1), 0))
        .isNotEqualTo(MessageIds.ofControl("shop", table, new Sequence(1, 1, 1), 1));
  }

  @Test
  void aRoutingKeyTellsRowsOfTablesAndSourcesApart() {
    assertThat(routing("shop", STOCK, "7")).isEqualTo("shop/dbo.Stock/[\"7\"]");
    assertThat(routing("a", new TableName("b", "c/[\"1\"]"), "2"))
        .isNotEqualTo(routing("a", new TableName("b", "c"), "1"));
  }

  private static String routing(String source, TableName table, String key) {
    return new String(MessageIds.routingKey(source, table, key(key)), StandardCharsets.UTF_8);
  }

  private static String id(String source, TableName table, Sequence sequence, RowKey key) {
    return MessageIds.ofChange(source, table, sequence, key);
  }

  private static RowKey key(String... parts) {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= parts.length; i++) {
      Column text = Samples.column("k" + i, TypeKind.NVARCHAR, i);
      columns.add(
          new Column(text.name(), text.kind(), 400, 0, 0, "Latin1_General_BIN2", false, i, false));
    }
    return KeyFolding.of(new TableSchema(STOCK, columns)).fold(List.of(parts));
  }
}
