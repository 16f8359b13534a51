package dev.renkei.steps.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.config.MaskMethod.Truncate;
import dev.renkei.core.config.MaskMethod.Truncate.Unit;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnMaskTest {
  private static final MaskMethod HASH = new MaskMethod.Hash(true);
  private static final MaskKeys KEYS = MaskKeys.create();
  private static final Crypto CRYPTO = new Crypto(KEYS);

  /** Each line: values that SQL Server holds equal in a join. */
  static Stream<List<Typed>> equals() {
    return Stream.of(
        List.of(
            typed(TypeKind.INT, 7),
            typed(TypeKind.BIGINT, 7L),
            typed(TypeKind.DECIMAL, new BigDecimal("7.00")),
            typed(TypeKind.MONEY, new BigDecimal("7.0000")),
            typed(TypeKind.FLOAT, 7.0),
            typed(TypeKind.REAL, 7.0f),
            typed(TypeKind.VARCHAR, "7"),
            typed(TypeKind.NVARCHAR, "7  ")),
        List.of(typed(TypeKind.DECIMAL, new BigDecimal("0.1")), typed(TypeKind.FLOAT, 0.1)),
        List.of(
            typed(TypeKind.BIT, false),
            typed(TypeKind.INT, 0),
            typed(TypeKind.DECIMAL, new BigDecimal("0.00")),
            typed(TypeKind.FLOAT, -0.0)),
        List.of(
            typed(TypeKind.VARCHAR, "Taro@Example.JP"),
            typed(TypeKind.NVARCHAR, "taro@example.jp "),
            typed(TypeKind.NVARCHAR, "ＴＡＲＯ@example.jp")),
        List.of(
            typed(TypeKind.DATE, LocalDate.of(2024, 2, 29)),
            typed(TypeKind.DATETIME2, LocalDateTime.of(2024, 2, 29, 0, 0)),
            typed(TypeKind.DATETIMEOFFSET, OffsetDateTime.parse("2024-02-29T09:00:00+09:00"))),
        List.of(
            typed(TypeKind.DATETIME, LocalDateTime.parse("2024-02-29T01:02:03.5")),
            typed(TypeKind.DATETIMEOFFSET, OffsetDateTime.parse("2024-02-28T20:02:03.5-05:00"))),
        List.of(
            typed(TypeKind.BINARY, new byte[] {1, 0}), typed(TypeKind.VARBINARY, new byte[] {1})),
        List.of(
            typed(TypeKind.UNIQUEIDENTIFIER, "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
            typed(TypeKind.UNIQUEIDENTIFIER, "6f9619ff-8b86-d011-b42d-00c04fc964ff")));
  }

  @ParameterizedTest
  @MethodSource("equals")
  void whatJoinsHasOneHash(List<Typed> values) {
    assertThat(values.stream().map(value -> mask(HASH, value)).distinct()).hasSize(1);
  }

  @Test
  void whatDoesNotJoinHasHashesOfItsOwn() {
    assertThat(
            Stream.of(
                    typed(TypeKind.INT, 7),
                    typed(TypeKind.INT, -7),
                    typed(TypeKind.INT, 70),
                    typed(TypeKind.DECIMAL, new BigDecimal("0.7")),
                    typed(TypeKind.NVARCHAR, ""),
                    typed(TypeKind.NVARCHAR, "\uD800"),
                    typed(TypeKind.NVARCHAR, "\uDC00"),
                    typed(TypeKind.NVARCHAR, "?"),
                    typed(TypeKind.DATE, LocalDate.of(2024, 2, 29)),
                    typed(TypeKind.DATETIME2, LocalDateTime.of(2024, 2, 29, 12, 0)))
                .map(value -> mask(HASH, value)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aHashIsTheHmacOfTheValueByTheKeyOfTheKeyset() throws Exception {
    Mac hmac = Mac.getInstance("HmacSHA256");
    hmac.init(new SecretKeySpec(KEYS.hashKey(), "HmacSHA256"));

    assertThat(mask(HASH, typed(TypeKind.NVARCHAR, "連携@example.jp")))
        .isEqualTo(
            HexFormat.of()
                .formatHex(hmac.doFinal("連携@example.jp".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aHashWithoutAKeyIsThePlainDigest() {
    assertThat(mask(new MaskMethod.Hash(false), typed(TypeKind.VARCHAR, "abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aTokenIsReadBackAsItWasSpelled() throws Exception {
    Object token = mask(new MaskMethod.Tokenize(), typed(TypeKind.NVARCHAR, "Ｔaro 連携 "));

    assertThat(KEYS.detokenize((String) Objects.requireNonNull(token))).isEqualTo("Ｔaro 連携 ");
    assertThat(mask(new MaskMethod.Tokenize(), typed(TypeKind.NVARCHAR, "Ｔaro 連携 ")))
        .isEqualTo(token);
  }

  @Test
  void theTokenOfAKeyIsThatOfItsFoldedText() {
    Column key = column(TypeKind.NVARCHAR, 1);
    ColumnMask mask = ColumnMask.of(new MaskMethod.Tokenize(), key, CRYPTO);

    assertThat(mask.apply("ABC ")).isEqualTo(mask.apply("abc"));
  }

  @ParameterizedTest
  @CsvSource({
    "090-1234-5678, 0, 4, *********5678",
    "090-1234-5678, 3, 0, 090**********",
    "090-1234-5678, 3, 4, 090******5678",
    "5678, 0, 4, ****",
    "678, 0, 4, ***",
    "𠮷野家, 1, 0, 𠮷**",
    "𠮷野家, 0, 2, *野家",
    "'', 1, 1, ''"
  })
  void partialKeepsTheEndsAndNothingOfAValueThatIsNotLonger(
      String text, int first, int last, String shown) {
    assertThat(mask(new MaskMethod.Partial(first, last), typed(TypeKind.NVARCHAR, text)))
        .isEqualTo(shown);
  }

  static Stream<Arguments> truncated() {
    LocalDateTime time = LocalDateTime.parse("1984-11-22T13:14:15.1234567");
    return Stream.of(
        Arguments.of(TypeKind.DATE, time.toLocalDate(), Unit.YEAR, LocalDate.of(1984, 1, 1)),
        Arguments.of(TypeKind.DATE, time.toLocalDate(), Unit.MONTH, LocalDate.of(1984, 11, 1)),
        Arguments.of(TypeKind.DATETIME2, time, Unit.DAY, LocalDateTime.of(1984, 11, 22, 0, 0)),
        Arguments.of(TypeKind.DATETIME2, time, Unit.HOUR, LocalDateTime.of(1984, 11, 22, 13, 0)),
        Arguments.of(TypeKind.TIME, time.toLocalTime(), Unit.HOUR, LocalTime.of(13, 0)),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("1984-01-01T03:00:00+09:00"),
            Unit.YEAR,
            OffsetDateTime.parse("1984-01-01T00:00:00+09:00")),
        Arguments.of(TypeKind.INT, 1999, new Truncate.Tens(2), 1900),
        Arguments.of(TypeKind.INT, -1999, new Truncate.Tens(2), -1900),
        Arguments.of(TypeKind.BIGINT, Long.MAX_VALUE, new Truncate.Tens(18), 9 * (long) 1e18),
        Arguments.of(
            TypeKind.DECIMAL,
            new BigDecimal("1999.50"),
            new Truncate.Tens(1),
            new BigDecimal("1990.00")),
        Arguments.of(TypeKind.FLOAT, 1234.5, new Truncate.Tens(3), 1000.0));
  }

  @ParameterizedTest
  @MethodSource("truncated")
  void truncateCutsAndKeepsTheType(TypeKind kind, Object value, Truncate.To to, Object shown) {
    Column column = column(kind, 0);
    ColumnMask mask = ColumnMask.of(new Truncate(to), column, CRYPTO);

    assertThat(mask.apply(value)).isEqualTo(shown);
    assertThat(mask.masked()).isEqualTo(column);
  }

  @ParameterizedTest
  @EnumSource(TypeKind.class)
  void whateverAColumnCannotHaveIsToldAndEmptied(TypeKind kind) {
    for (MaskMethod method :
        List.of(
            new Truncate(Unit.YEAR),
            new Truncate(new Truncate.Tens(1)),
            new MaskMethod.Partial(1, 1))) {
      Column column = column(kind, 0);
      ColumnMask mask = ColumnMask.of(method, column, CRYPTO);
      if (ColumnMask.refusal(method, column).isPresent()) {
        assertThat(mask.mask()).isNull();
        assertThat(Objects.requireNonNull(mask.masked()).nullable()).isTrue();
      } else {
        assertThat(mask.mask()).isNotNull();
      }
    }
  }

  @Test
  void aKeyColumnIsHashedWhereItsMethodWouldMakeRowsOne() {
    Column key = column(TypeKind.NVARCHAR, 1);
    for (MaskMethod method :
        List.of(
            new MaskMethod.Null(),
            new MaskMethod.Drop(),
            new MaskMethod.Partial(1, 1),
            new Truncate(Unit.YEAR))) {
      assertThat(ColumnMask.refusal(method, key)).isPresent();
      assertThat(ColumnMask.of(method, key, CRYPTO).apply("a"))
          .isEqualTo(ColumnMask.of(HASH, key, CRYPTO).apply("a"));
    }
    for (MaskMethod method : List.of(HASH, new MaskMethod.Tokenize(), new MaskMethod.Pass())) {
      assertThat(ColumnMask.refusal(method, key)).isEmpty();
    }
  }

  @Test
  void noValueStaysNone() {
    assertThat(ColumnMask.of(HASH, column(TypeKind.INT, 0), CRYPTO).apply(null)).isNull();
  }

  /** A value of a column. */
  record Typed(TypeKind kind, Object value) {}

  private static Typed typed(TypeKind kind, Object value) {
    return new Typed(kind, value);
  }

  private static @Nullable Object mask(MaskMethod method, Typed value) {
    return ColumnMask.of(method, column(value.kind(), 0), CRYPTO).apply(value.value());
  }

  private static Column column(TypeKind kind, int keyOrdinal) {
    return new Column(
        "C",
        kind,
        kind.isText() ? 50 : 0,
        kind == TypeKind.DECIMAL ? 18 : 0,
        kind == TypeKind.DECIMAL ? 2 : 0,
        kind.isText() ? "Japanese_CI_AS" : null,
        true,
        keyOrdinal,
        false);
  }
}
