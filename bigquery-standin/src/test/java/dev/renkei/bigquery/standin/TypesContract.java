package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.storage.v1.BigDecimalByteStringEncoder;
import com.google.cloud.bigquery.storage.v1.CivilTimeEncoder;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type's encodings and bounds, and how a query tells them again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TypesContract {
  private static final String LARGEST_BIG =
      "578960446186580977117854925043439539266.34992332820282019728792003956564819967";

  private Place place;

  abstract Place open() throws IOException;

  @BeforeAll
  void begin() throws IOException {
    place = open();
  }

  @AfterAll
  void end() {
    place.close();
  }

  private static Arguments taken(
      StandardSQLTypeName type, Type wire, Object value, String expression, String told) {
    return Arguments.of(type, wire, value, expression, told);
  }

  private static byte[] numeric(String number) {
    return BigDecimalByteStringEncoder.encodeToNumericByteString(new BigDecimal(number))
        .toByteArray();
  }

  private static byte[] bigNumeric(String number) {
    return BigDecimalByteStringEncoder.encodeToBigNumericByteString(new BigDecimal(number))
        .toByteArray();
  }

  private static long datetime(String text) {
    return CivilTimeEncoder.encodePacked64DatetimeMicrosLocalDateTime(
        java.time.LocalDateTime.parse(text));
  }

  private static long time(String text) {
    return CivilTimeEncoder.encodePacked64TimeMicrosLocalTime(java.time.LocalTime.parse(text));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        taken(StandardSQLTypeName.BOOL, Type.TYPE_BOOL, true, "c", "true"),
        taken(
            StandardSQLTypeName.INT64,
            Type.TYPE_INT64,
            Long.MIN_VALUE,
            "c",
            "-9223372036854775808"),
        taken(StandardSQLTypeName.INT64, Type.TYPE_INT32, -1L, "c", "-1"),
        taken(StandardSQLTypeName.FLOAT64, Type.TYPE_DOUBLE, 0.1, "c", "0.1"),
        taken(StandardSQLTypeName.FLOAT64, Type.TYPE_DOUBLE, Double.NaN, "c", "NaN"),
        taken(StandardSQLTypeName.NUMERIC, Type.TYPE_STRING, "1.5", "CAST(c AS STRING)", "1.5"),
        taken(
            StandardSQLTypeName.NUMERIC,
            Type.TYPE_BYTES,
            numeric("-12345678901234567890123456789.123456789"),
            "c",
            "-12345678901234567890123456789.123456789"),
        taken(
            StandardSQLTypeName.NUMERIC,
            Type.TYPE_STRING,
            "99999999999999999999999999999.999999999",
            "c",
            "99999999999999999999999999999.999999999"),
        taken(StandardSQLTypeName.NUMERIC, Type.TYPE_INT64, 7L, "c", "7"),
        taken(StandardSQLTypeName.BIGNUMERIC, Type.TYPE_STRING, LARGEST_BIG, "c", LARGEST_BIG),
        taken(
            StandardSQLTypeName.BIGNUMERIC,
            Type.TYPE_BYTES,
            bigNumeric("-0.00000000000000000000000000000000000001"),
            "CAST(c AS STRING)",
            "-0.00000000000000000000000000000000000001"),
        taken(StandardSQLTypeName.BIGNUMERIC, Type.TYPE_STRING, "12", "CAST(c AS NUMERIC)", "12"),
        taken(
            StandardSQLTypeName.STRING,
            Type.TYPE_STRING,
            "a\u0000b'\"\\\ud83d\ude00",
            "c",
            "a\u0000b'\"\\\ud83d\ude00"),
        taken(StandardSQLTypeName.STRING, Type.TYPE_STRING, "", "c", ""),
        taken(StandardSQLTypeName.BYTES, Type.TYPE_BYTES, new byte[] {0, -1, 39}, "c", "AP8n"),
        taken(StandardSQLTypeName.DATE, Type.TYPE_INT32, -719162L, "c", "0001-01-01"),
        taken(StandardSQLTypeName.DATE, Type.TYPE_INT32, 2932896L, "c", "9999-12-31"),
        taken(StandardSQLTypeName.DATE, Type.TYPE_STRING, "2024-02-29", "c", "2024-02-29"),
        taken(
            StandardSQLTypeName.DATETIME,
            Type.TYPE_INT64,
            datetime("0001-01-01T00:00:00"),
            "c",
            "0001-01-01T00:00:00"),
        taken(
            StandardSQLTypeName.DATETIME,
            Type.TYPE_INT64,
            datetime("9999-12-31T23:59:59.999999"),
            "c",
            "9999-12-31T23:59:59.999999"),
        taken(
            StandardSQLTypeName.DATETIME,
            Type.TYPE_STRING,
            "2024-03-10 02:30:00.5",
            "CAST(c AS STRING)",
            "2024-03-10 02:30:00.500"),
        taken(
            StandardSQLTypeName.TIME,
            Type.TYPE_INT64,
            time("23:59:59.999999"),
            "c",
            "23:59:59.999999"),
        taken(StandardSQLTypeName.TIME, Type.TYPE_STRING, "00:00:01", "c", "00:00:01"),
        taken(
            StandardSQLTypeName.TIMESTAMP,
            Type.TYPE_INT64,
            -62135596800000000L,
            "UNIX_MICROS(c)",
            "-62135596800000000"),
        taken(
            StandardSQLTypeName.TIMESTAMP,
            Type.TYPE_INT64,
            253402300799999999L,
            "UNIX_MICROS(c)",
            "253402300799999999"),
        taken(
            StandardSQLTypeName.TIMESTAMP,
            Type.TYPE_INT64,
            -1L,
            "CAST(c AS STRING)",
            "1969-12-31 23:59:59.999999+00"),
        taken(
            StandardSQLTypeName.TIMESTAMP,
            Type.TYPE_STRING,
            "2024-01-02T03:04:05.123456+09:00",
            "UNIX_MICROS(c)",
            "1704132245123456"),
        taken(
            StandardSQLTypeName.JSON,
            Type.TYPE_STRING,
            "{\"a\":[1,null]}",
            "c",
            "{\"a\":[1,null]}"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void keepsExactly(
      StandardSQLTypeName type, Type wire, Object value, String expression, String told)
      throws Exception {
    String table = table(Field.of("c", type));
    try (Rows rows = Rows.to(place, place.path(table) + "/_default", "c", wire)) {
      rows.send(rows.row(value), rows.row(new Object[] {null})).get();
    }
    assertThat(place.rows("SELECT " + expression + " FROM " + place.name(table)))
        .containsExactlyInAnyOrder(told, "NULL");
  }

  private String table(Field column) {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    place.table(name, List.of(), column);
    return name;
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(
            StandardSQLTypeName.NUMERIC, Type.TYPE_STRING, "100000000000000000000000000000"),
        Arguments.of(StandardSQLTypeName.NUMERIC, Type.TYPE_STRING, "one"),
        Arguments.of(
            StandardSQLTypeName.BIGNUMERIC, Type.TYPE_STRING, LARGEST_BIG.replace("967", "968")),
        Arguments.of(StandardSQLTypeName.DATE, Type.TYPE_INT32, -719163L),
        Arguments.of(StandardSQLTypeName.DATE, Type.TYPE_INT32, 2932897L),
        Arguments.of(
            StandardSQLTypeName.DATETIME,
            Type.TYPE_INT64,
            datetime("2024-02-29T00:00:00") + (1L << 37)),
        Arguments.of(StandardSQLTypeName.TIME, Type.TYPE_INT64, 24L << 32),
        Arguments.of(StandardSQLTypeName.TIMESTAMP, Type.TYPE_INT64, 253402300800000000L),
        Arguments.of(StandardSQLTypeName.TIMESTAMP, Type.TYPE_INT64, -62135596800000001L),
        Arguments.of(StandardSQLTypeName.JSON, Type.TYPE_STRING, "{"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void refusesWhatItCannotHold(StandardSQLTypeName type, Type wire, Object value) throws Exception {
    String table = table(Field.of("c", type));
    try (Rows rows = Rows.to(place, place.path(table) + "/_default", "c", wire)) {
      assertThatThrownBy(() -> rows.send(rows.row(value)).get())
          .hasCauseInstanceOf(Exceptions.AppendSerializationError.class);
    }
  }

  @ParameterizedTest
  @MethodSource("sized")
  void holdsToParametersOfTypes(Field column, Type wire, Object fits, Object doesNot)
      throws Exception {
    String table = table(column);
    try (Rows rows = Rows.to(place, place.path(table) + "/_default", "c", wire)) {
      rows.send(rows.row(fits)).get();
      assertThatThrownBy(() -> rows.send(rows.row(doesNot)).get())
          .hasCauseInstanceOf(Exceptions.AppendSerializationError.class);
    }
  }

  static Stream<Arguments> sized() {
    return Stream.of(
        Arguments.of(
            Field.newBuilder("c", StandardSQLTypeName.STRING).setMaxLength(3L).build(),
            Type.TYPE_STRING,
            "\ud83d\ude00ab",
            "abcd"),
        Arguments.of(
            Field.newBuilder("c", StandardSQLTypeName.BYTES).setMaxLength(2L).build(),
            Type.TYPE_BYTES,
            "ab".getBytes(StandardCharsets.UTF_8),
            "abc".getBytes(StandardCharsets.UTF_8)),
        Arguments.of(
            Field.newBuilder("c", StandardSQLTypeName.NUMERIC)
                .setPrecision(5L)
                .setScale(2L)
                .build(),
            Type.TYPE_STRING,
            "999.99",
            "1000"));
  }
}
