package dev.renkei.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValuesTest {
  private final List<Column> key = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  private void put(TypeKind kind, int length, int precision, int scale, Object value) {
    int ordinal = key.size() + 1;
    String collation = kind.isText() ? "Japanese_CI_AS" : null;
    key.add(
        new Column(
            "K" + ordinal, kind, length, precision, scale, collation, false, ordinal, false));
    values.add(value);
  }

  @Test
  void valuesOfEveryTypeComeBackExact() {
    put(TypeKind.BIT, 0, 0, 0, true);
    put(TypeKind.TINYINT, 0, 0, 0, 255);
    put(TypeKind.INT, 0, 0, 0, Integer.MIN_VALUE);
    put(TypeKind.BIGINT, 0, 0, 0, Long.MIN_VALUE);
    put(TypeKind.DECIMAL, 0, 38, 10, new BigDecimal("9999999999999999999999999999.9999999999"));
    put(TypeKind.MONEY, 0, 0, 0, new BigDecimal("-922337203685477.5808"));
    put(TypeKind.REAL, 0, 0, 0, Float.MIN_VALUE);
    put(TypeKind.FLOAT, 0, 0, 0, -0.0);
    put(TypeKind.VARCHAR, 20, 0, 0, "ｶﾅ \"\\ \u0001  ");
    put(TypeKind.NVARCHAR, 20, 0, 0, "連携 😀 " + (char) 0xD83D);
    put(TypeKind.VARBINARY, 20, 0, 0, new byte[] {0, 1, (byte) 0xFF, 0});
    put(TypeKind.DATE, 0, 0, 0, LocalDate.of(1, 1, 1));
    put(TypeKind.TIME, 0, 0, 7, LocalTime.of(23, 59, 59, 999_999_900));
    put(TypeKind.DATETIME, 0, 0, 0, LocalDateTime.of(1753, 1, 1, 0, 0, 0, 3_000_000));
    put(TypeKind.DATETIME2, 0, 0, 7, LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_900));
    put(
        TypeKind.DATETIMEOFFSET,
        0,
        0,
        7,
        OffsetDateTime.parse("2024-02-29T23:59:59.1234567+13:45"));
    put(TypeKind.UNIQUEIDENTIFIER, 0, 0, 0, "0A1B2C3D-0000-1111-2222-AABBCCDDEEFF");

    // As arrays, which compare bytes by their content.
    assertThat(KeyValues.read(key, KeyValues.write(key, values)).toArray())
        .isEqualTo(values.toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "[1]", "[1,2,3]", "[1,null]", "{}", "[1,2", "[1,\"a\"]"})
  void whatIsNoKeyOfTheseColumnsIsRefused(String text) {
    put(TypeKind.INT, 0, 0, 0, 1);
    put(TypeKind.INT, 0, 0, 0, 2);

    assertThatThrownBy(() -> KeyValues.read(key, text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
