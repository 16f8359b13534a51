package dev.renkei.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.Samples;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  private final MessageCodec codec = new MessageCodec("shop");

  @Test
  void writesThePayloadOfVersionOne() {
    TableSchema stock =
        new TableSchema(
            new TableName("dbo", "Stock"),
            List.of(
                Samples.column("ProductID", TypeKind.INT, 1),
                Samples.column("Name", TypeKind.NVARCHAR),
                Samples.column("Price", TypeKind.DECIMAL)));
    Row row = new Row(stock, new Object[] {7, "連携", new BigDecimal("1.5000")});

    EncodedMessage message = codec.encode(Samples.change(ChangeType.UPDATE, row), stock);

    assertThat(text(message.payload()))
        .isEqualTo(
            "{\"changetrack_start_time\":\"2024-05-01T00:00:00.123456789Z\","
                + "\"changetrack_end_time\":\"2024-05-01T00:00:01Z\",\"changetrack_interval\":0.5,"
                + "\"key\":{\"ProductID\":7},"
                + "\"row\":{\"ProductID\":7,\"Name\":\"連携\",\"Price\":\"1.5000\"},"
                + "\"changed_columns\":[\"ProductID\"]}");
    assertThat(message.routingKey())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("shop/dbo.Stock/[\"7\"]");
    MessageAttributes attributes = message.attributes();
    assertThat(attributes.uniqueId()).isEqualTo("shop/dbo.Stock/1/20417/[\"7\"]");
    assertThat(attributes.schemaId()).isEqualTo(SchemaCodec.id(stock));
    assertThat(attributes.contentHash()).isNotZero();
  }

  static List<Arguments> values() {
    return List.of(
        Arguments.of(TypeKind.BIT, true, "true"),
        Arguments.of(TypeKind.TINYINT, 255, "255"),
        Arguments.of(TypeKind.SMALLINT, -32768, "-32768"),
        Arguments.of(TypeKind.INT, Integer.MIN_VALUE, "-2147483648"),
        Arguments.of(TypeKind.BIGINT, Long.MAX_VALUE, "9223372036854775807"),
        Arguments.of(
            TypeKind.DECIMAL,
            new BigDecimal("-9999999999999999999999999999999999.9999"),
            "\"-9999999999999999999999999999999999.9999\""),
        Arguments.of(
            TypeKind.MONEY, new BigDecimal("-922337203685477.5808"), "\"-922337203685477.5808\""),
        Arguments.of(TypeKind.SMALLMONEY, new BigDecimal("0.0001"), "\"0.0001\""),
        Arguments.of(TypeKind.REAL, 0.1f, "0.1"),
        Arguments.of(TypeKind.REAL, Float.MIN_VALUE, "1.4E-45"),
        Arguments.of(TypeKind.FLOAT, 2.0E-3, "0.002"),
        Arguments.of(TypeKind.FLOAT, 2.2250738585072014E-308, "2.2250738585072014E-308"),
        Arguments.of(TypeKind.FLOAT, 9007199254740992d, "9.007199254740992E15"),
        Arguments.of(TypeKind.FLOAT, -0.0, "-0.0"),
        Arguments.of(TypeKind.NVARCHAR, "", "\"\""),
        Arguments.of(TypeKind.NVARCHAR, "a \"b\" \\ \n\u0000", "\"a \\\"b\\\" \\\\ \\n\\u0000\""),
        Arguments.of(TypeKind.NCHAR, "𠮷😀  ", "\"𠮷😀  \""),
        Arguments.of(TypeKind.NVARCHAR, "x\uD83Dy", "\"x\\ud83dy\""),
        Arguments.of(TypeKind.NVARCHAR, "\uDE00\uD83D", "\"\\ude00\\ud83d\""),
        Arguments.of(TypeKind.XML, "<a>&amp;</a>", "\"<a>&amp;</a>\""),
        Arguments.of(TypeKind.VARBINARY, new byte[] {0, -1, 16}, "\"AP8Q\""),
        Arguments.of(TypeKind.ROWVERSION, new byte[8], "\"AAAAAAAAAAA=\""),
        Arguments.of(TypeKind.DATE, LocalDate.of(1, 1, 1), "\"0001-01-01\""),
        Arguments.of(TypeKind.DATE, LocalDate.of(9999, 12, 31), "\"9999-12-31\""),
        Arguments.of(TypeKind.TIME, LocalTime.of(1, 2, 3), "\"01:02:03.0000000\""),
        Arguments.of(TypeKind.TIME, LocalTime.of(23, 59, 59, 999_999_900), "\"23:59:59.9999999\""),
        Arguments.of(
            TypeKind.DATETIME,
            LocalDateTime.of(1753, 1, 1, 0, 0, 0, 3_000_000),
            "\"1753-01-01T00:00:00.0030000\""),
        Arguments.of(
            TypeKind.SMALLDATETIME,
            LocalDateTime.of(2079, 6, 6, 23, 59),
            "\"2079-06-06T23:59:00.0000000\""),
        Arguments.of(
            TypeKind.DATETIME2,
            LocalDateTime.of(2024, 2, 29, 2, 30, 0, 100),
            "\"2024-02-29T02:30:00.0000001\""),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("0001-01-01T00:00:00+14:00"),
            "\"0001-01-01T00:00:00.0000000+14:00\""),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-02-29T00:00:00-00:30"),
            "\"2024-02-29T00:00:00.0000000-00:30\""),
        Arguments.of(
            TypeKind.UNIQUEIDENTIFIER,
            "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
            "\"0E984725-C51C-4BF4-9960-E1C80E27ABA0\""),
        Arguments.of(TypeKind.HIERARCHYID, new byte[] {0x5A, (byte) 0xC0}, "\"WsA=\""));
  }

  @ParameterizedTest
  @MethodSource("values")
  void carriesAValueExactly(TypeKind kind, Object value, String json) throws MessageException {
    TableSchema schema = keyed(Samples.column("V", kind));
    Row row = new Row(schema, new Object[] {1, value});

    EncodedMessage message = codec.encode(Samples.change(ChangeType.INSERT, row), schema);

    assertThat(text(message.payload())).contains("\"V\":" + json + "}");
    assertThat(decode(message, schema).row()).isEqualTo(row);
  }

  @ParameterizedTest
  @EnumSource(TypeKind.class)
  void carriesNullOfEveryKind(TypeKind kind) throws MessageException {
    TableSchema schema = keyed(Samples.column("V", kind));
    Row row = new Row(schema, new @Nullable Object[] {1, null});

    EncodedMessage message = codec.encode(Samples.change(ChangeType.INSERT, row), schema);

    assertThat(decode(message, schema).row()).isEqualTo(row);
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws MessageException {
    TableSchema schema = Samples.everyKind();
    ChangeType[] types = {
      ChangeType.INSERT, ChangeType.UPDATE, ChangeType.DELETE, ChangeType.SNAPSHOT_ROW
    };
    for (int seed = 0; seed < 2000; seed++) {
      Row row = Samples.row(schema, new Random(seed));
      ChangeType type = types[seed % types.length];
      Change change = type == ChangeType.DELETE ? Samples.delete(row) : Samples.change(type, row);

      Change read = decode(codec.encode(change, schema), schema);

      assertThat(read).as("seed %d", seed).usingRecursiveComparison().isEqualTo(change);
      assertThat(read.key()).isEqualTo(change.key());
    }
  }

  @Test
  void equalRowsHaveEqualBytesAndHashesWhoeverWritesThem() {
    TableSchema schema = Samples.everyKind();
    for (int seed = 0; seed < 200; seed++) {
      Row row = Samples.row(schema, new Random(seed));
      Row same = Samples.row(schema, new Random(seed));
      Change later =
          new Change(
              "shop",
              schema.table(),
              ChangeType.SNAPSHOT_ROW,
              new Sequence(1, 99999, 4),
              SchemaCodec.id(schema),
              KeyFolding.of(schema).fold(same),
              KeyFolding.of(schema).keyValues(same),
              same,
              null,
              null,
              Samples.POLL,
              new Chunk(7, 2));

      long hash =
          codec.encode(Samples.change(ChangeType.INSERT, row), schema).attributes().contentHash();
      long laterHash = new MessageCodec("shop").encode(later, schema).attributes().contentHash();

      assertThat(laterHash).as("seed %d", seed).isEqualTo(hash).isNotZero();
    }
  }

  @Test
  void anotherRowHasAnotherHash() {
    TableSchema schema = keyed(Samples.column("V", TypeKind.NVARCHAR));
    Row empty = new Row(schema, new Object[] {1, ""});
    Row missing = new Row(schema, new @Nullable Object[] {1, null});

    assertThat(codec.rowHash(empty, "s")).hasSize(64).isNotEqualTo(codec.rowHash(missing, "s"));
  }

  @Test
  void aRowWithoutAKeyIsKnownByItsHashAndOccurrence() throws MessageException {
    TableSchema sizes =
        new TableSchema(
            new TableName("dbo", "Sizes"), List.of(Samples.column("Size", TypeKind.NVARCHAR)));
    String schemaId = SchemaCodec.id(sizes);
    Row row = new Row(sizes, new Object[] {"M"});
    List<Object> identity = List.of(codec.rowHash(row, schemaId), 2L);
    Change change =
        new Change(
            "shop",
            sizes.table(),
            ChangeType.SNAPSHOT_ROW,
            new Sequence(1, 5, 1),
            schemaId,
            KeyFolding.of(sizes).fold(identity),
            List.copyOf(identity),
            row,
            null,
            null,
            Samples.POLL);

    EncodedMessage message = codec.encode(change, sizes);

    assertThat(text(message.payload())).contains("\"_occurrence\":2");
    assertThat(decode(message, sizes)).isEqualTo(change);
  }

  @Test
  void aLargeTextAndALargeBinaryPass() throws MessageException {
    TableSchema schema =
        keyed(Samples.column("T", TypeKind.NVARCHAR), Samples.column("B", TypeKind.VARBINARY));
    byte[] bytes = new byte[25_000_000];
    new Random(1).nextBytes(bytes);
    Row row = new Row(schema, new Object[] {1, "連携😀".repeat(2_500_000), bytes});

    Change read = decode(codec.encode(Samples.change(ChangeType.INSERT, row), schema), schema);

    assertThat(read.row()).isEqualTo(row);
  }

  @Test
  void columnsMayStandInAnyOrderAndLaterAttributesArePassedOver() throws MessageException {
    TableSchema schema = keyed(Samples.column("V", TypeKind.INT));
    EncodedMessage message =
        codec.encode(
            Samples.change(ChangeType.INSERT, new Row(schema, new Object[] {1, 2})), schema);
    String other =
        text(message.payload())
            .replace("{\"Id\":1,\"V\":2}", "{\"V\":2,\"Id\":1}")
            .replaceFirst("\\{", "{\"later\":{\"a\":[1]},");

    Change read = codec.decode(message.attributes(), bytes(other), schema);

    assertThat(read.row()).isEqualTo(new Row(schema, new Object[] {1, 2}));
  }

  static List<Arguments> spoiled() {
    return List.of(
        Arguments.of("\"V\":424242", "\"V\":\"424242\"", "column V: the message holds no int"),
        Arguments.of("\"V\":424242", "\"V\":42424242424242", "column V: the message holds no int"),
        Arguments.of("\"V\":424242", "\"V\":{}", "column V: the message holds no int"),
        Arguments.of(",\"V\":424242", "", "lacks column V in the row"),
        Arguments.of(
            "\"V\":424242", "\"V\":424242,\"W\":424242", "a column in the row that schema"),
        Arguments.of("\"V\":424242", "\"V\":424242,\"V\":424242", "column V twice"),
        Arguments.of("{\"Id\":1}", "{\"Id\":null}", "holds no valid change"),
        Arguments.of("{\"Id\":1}", "{}", "lacks column Id in the key"),
        Arguments.of("\"key\"", "\"kex\"", "lacks the key"),
        Arguments.of(
            "changetrack_interval\":0.5", "changetrack_interval\":true", "changetrack_interval"),
        Arguments.of("interval\":0.5", "interval\":1e99", "holds no valid change"),
        Arguments.of("start_time\":\"2024", "start_time\":\"x", "holds no valid change"),
        Arguments.of("424242", "424242x", "is no JSON"));
  }

  @ParameterizedTest
  @MethodSource("spoiled")
  void refusesAPayloadThatIsNotOfItsSchemaAndNeverQuotesIt(
      String part, String replacement, String reason) {
    TableSchema schema = keyed(Samples.column("V", TypeKind.INT));
    EncodedMessage message =
        codec.encode(
            Samples.change(ChangeType.UPDATE, new Row(schema, new Object[] {1, 424242})), schema);
    byte[] payload = bytes(text(message.payload()).replace(part, replacement));

    assertThatThrownBy(() -> codec.decode(message.attributes(), payload, schema))
        .isInstanceOf(MessageException.class)
        .hasMessageStartingWith("dbo.T")
        .hasMessageContaining(reason)
        .hasMessageContaining("renkei reload dbo.T")
        .hasNoCause()
        .message()
        .doesNotContain("4242");
  }

  @Test
  void everyCutOrFlippedByteIsEitherReadOrRefusedWithASentence() {
    TableSchema schema = Samples.everyKind();
    EncodedMessage message =
        codec.encode(Samples.change(ChangeType.INSERT, Samples.row(schema, new Random(5))), schema);
    Random random = new Random(7);
    for (int i = 0; i < message.payload().length; i++) {
      byte[] cut = Arrays.copyOf(message.payload(), i);
      assertThatThrownBy(() -> codec.decode(message.attributes(), cut, schema))
          .isInstanceOf(MessageException.class);
      byte[] flipped = message.payload().clone();
      flipped[i] ^= (byte) (1 << random.nextInt(8));
      try {
        codec.decode(message.attributes(), flipped, schema);
      } catch (MessageException e) {
        assertThat(e).hasMessageStartingWith("dbo.Every");
      }
    }
  }

  @Test
  void refusesToWriteAValueOfAnotherClassAndGoesOn() throws MessageException {
    TableSchema schema = keyed(Samples.column("V", TypeKind.DECIMAL));
    Row wrongClass = new Row(schema, new Object[] {1, "12.5"});
    Row tooFine = new Row(schema, new Object[] {1, new BigDecimal("0.00001")});
    Row right = new Row(schema, new Object[] {1, new BigDecimal("0.0001")});

    assertThatThrownBy(() -> codec.encode(Samples.change(ChangeType.INSERT, wrongClass), schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dbo.T, column V: a String is not how decimal(38,4) travels");
    assertThatThrownBy(() -> codec.encode(Samples.change(ChangeType.INSERT, tooFine), schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dbo.T, column V: more decimal places than decimal(38,4) has");

    assertThat(decode(codec.encode(Samples.change(ChangeType.INSERT, right), schema), schema).row())
        .isEqualTo(right);
  }

  @Test
  void valuesOfFewerPlacesAreWrittenWithAllOfTheirColumn() throws MessageException {
    TableSchema schema = keyed(Samples.column("V", TypeKind.MONEY));
    Row row = new Row(schema, new Object[] {1, new BigDecimal("12.5")});

    EncodedMessage message = codec.encode(Samples.change(ChangeType.INSERT, row), schema);

    assertThat(text(message.payload())).contains("\"V\":\"12.5000\"");
  }

  @Test
  void refusesTimesFinerThanSqlServerHas() {
    TableSchema schema = keyed(Samples.column("V", TypeKind.TIME));
    Row row = new Row(schema, new Object[] {1, LocalTime.of(1, 2, 3, 50)});

    assertThatThrownBy(() -> codec.encode(Samples.change(ChangeType.INSERT, row), schema))
        .hasMessage("dbo.T, column V: SQL Server's times have no more than seven digits");
  }

  @Test
  void manyThreadsWriteWithOneCodec() {
    TableSchema schema = Samples.everyKind();
    List<Change> changes =
        new Random(3)
            .ints(500)
            .mapToObj(
                seed -> Samples.change(ChangeType.INSERT, Samples.row(schema, new Random(seed))))
            .toList();

    List<String> together =
        changes.parallelStream().map(c -> text(codec.encode(c, schema).payload())).toList();

    assertThat(together)
        .isEqualTo(changes.stream().map(c -> text(codec.encode(c, schema).payload())).toList());
  }

  private static TableSchema keyed(Column... others) {
    List<Column> columns = new java.util.ArrayList<>();
    columns.add(Samples.column("Id", TypeKind.INT, 1));
    columns.addAll(List.of(others));
    return new TableSchema(new TableName("dbo", "T"), columns);
  }

  private Change decode(EncodedMessage message, TableSchema schema) throws MessageException {
    return codec.decode(message.attributes(), message.payload(), schema);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
