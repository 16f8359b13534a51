package dev.renkei.core.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import dev.renkei.core.schema.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a key's values the one text that stands for all keys which the source holds equal
 * (SEMANTICS 3): a JSON array of strings in key order. Immutable, thread-safe.
 *
 * <ul>
 *   <li>Text is folded by its {@link Collation}, and loses trailing spaces.
 *   <li>Numbers: integers and decimals without trailing zeros, so that a widened column keeps its
 *       keys; {@code real} and {@code float} as their shortest text, a negative zero as zero.
 *   <li>Dates and times as {@link IsoTimes} writes them, {@code datetimeoffset} as an instant.
 *   <li>Binary in hex without trailing zero bytes: SQL Server holds {@code 0x01} and {@code 0x0100}
 *       equal (<a href="https://dba.stackexchange.com/questions/48660">its developers' word</a>:
 *       the standard leaves it open, "we treat it as equal").
 *   <li>{@code uniqueidentifier} in upper case; {@code bit} as 0 or 1.
 * </ul>
 */
public final class KeyFolding {
  private static final JsonFactory JSON = new JsonFactory();

  private final TableSchema schema;
  private final List<Column> columns;
  private final int[] positions;
  private final List<BiConsumer<Object, StringBuilder>> folds;

  private KeyFolding(TableSchema schema) {
    this.schema = schema;
    this.columns = schema.identity();
    this.positions = schema.key().stream().mapToInt(schema.columns()::indexOf).toArray();
    this.folds = columns.stream().map(KeyFolding::foldOf).toList();
  }

  public static KeyFolding of(TableSchema schema) {
    return new KeyFolding(schema);
  }

  /** The values of a row's key columns in key order; of a table that has a key. */
  public List<@Nullable Object> keyValues(Row row) {
    if (positions.length == 0) {
      throw new IllegalArgumentException(
          schema.table() + ": a row without a key is told by its hash and occurrence");
    }
    List<@Nullable Object> values = new ArrayList<>(positions.length);
    for (int position : positions) {
      values.add(row.value(position));
    }
    return values;
  }

  /** Folds the key of a row; of a table that has a key. */
  public RowKey fold(Row row) {
    return fold(keyValues(row));
  }

  /**
   * Folds a key.
   *
   * @param keyValues in key order; for a table without a key, of {@link
   *     TableSchema#KEYLESS_IDENTITY}
   */
  public RowKey fold(List<? extends @Nullable Object> keyValues) {
    if (keyValues.size() != folds.size()) {
      throw new IllegalArgumentException(
          "%s: %d values for a key of %d columns"
              .formatted(schema.table(), keyValues.size(), folds.size()));
    }
    StringBuilder folded = new StringBuilder(32).append('[');
    for (int i = 0; i < folds.size(); i++) {
      Object value = keyValues.get(i);
      if (value == null) {
        throw new IllegalArgumentException(
            "%s, column %s: a key without a value"
                .formatted(schema.table(), columns.get(i).name()));
      }
      if (i > 0) {
        folded.append(',');
      }
      folded.append('"');
      try {
        folds.get(i).accept(value, folded);
      } catch (ClassCastException e) {
        throw new IllegalArgumentException(
            "%s, column %s: a %s is not how %s travels"
                .formatted(
                    schema.table(),
                    columns.get(i).name(),
                    value.getClass().getSimpleName(),
                    columns.get(i).sqlType()));
      }
      folded.append('"');
    }
    return new RowKey(folded.append(']').toString());
  }

  /**
   * The values of a key that folds to this one: the source holds them equal to those that it has,
   * though they may be spelled otherwise.
   *
   * @throws IllegalArgumentException where it is no folded key of this table
   */
  public List<Object> unfold(RowKey key) {
    List<Object> values = new ArrayList<>(columns.size());
    try (JsonParser json = JSON.createParser(key.folded())) {
      boolean array = json.nextToken() == JsonToken.START_ARRAY;
      for (Column column : columns) {
        if (!array || json.nextToken() != JsonToken.VALUE_STRING) {
          throw new IllegalArgumentException("too few values");
        }
        values.add(unfoldOne(column, json.getText()));
      }
      return values;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(schema.table() + ": not a folded key of this table", e);
    }
  }

  private static Object unfoldOne(Column column, String text) {
    return switch (column.kind()) {
      case BIT -> text.equals("1");
      case TINYINT, SMALLINT, INT -> Integer.valueOf(text);
      case BIGINT -> Long.valueOf(text);
      case DECIMAL, MONEY, SMALLMONEY -> new BigDecimal(text);
      case REAL -> Float.valueOf(text);
      case FLOAT -> Double.valueOf(text);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT, UNIQUEIDENTIFIER -> text;
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          HEX.parseHex(text);
      case DATE -> LocalDate.parse(text);
      case TIME -> LocalTime.parse(text);
      case DATETIME, SMALLDATETIME, DATETIME2 -> LocalDateTime.parse(text);
      case DATETIMEOFFSET -> OffsetDateTime.parse(text);
    };
  }

  /** How texts of a column compare: equal ones become one text, which has no trailing spaces. */
  public static UnaryOperator<String> textFold(Column column) {
    String name = column.collation();
    return (name == null ? Collation.BINARY : Collation.named(name))::fold;
  }

  /** One value as it stands in a folded key, without JSON's quotes and escapes. */
  static String foldOne(Column column, Object value) {
    StringBuilder folded = new StringBuilder("\"");
    foldOf(column).accept(value, folded);
    try (JsonParser json = JSON.createParser(folded.append('"').toString())) {
      json.nextToken();
      return json.getText();
    } catch (IOException e) {
      throw new IllegalStateException("a folded value is no JSON", e);
    }
  }

  private static BiConsumer<Object, StringBuilder> foldOf(Column column) {
    return switch (column.kind()) {
      case BIT -> (value, to) -> to.append((Boolean) value ? '1' : '0');
      case TINYINT, SMALLINT, INT -> (value, to) -> to.append((int) (Integer) value);
      case BIGINT -> (value, to) -> to.append((long) (Long) value);
      case DECIMAL, MONEY, SMALLMONEY -> (value, to) -> appendDecimal((BigDecimal) value, to);
      case REAL -> (value, to) -> appendReal((Float) value, to);
      case FLOAT -> (value, to) -> appendFloat((Double) value, to);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT -> {
        UnaryOperator<String> fold = textFold(column);
        yield (value, to) -> appendText(fold.apply((String) value), to);
      }
      case XML, SQL_VARIANT -> (value, to) -> appendText((String) value, to);
      case UNIQUEIDENTIFIER ->
          (value, to) -> appendText(((String) value).toUpperCase(Locale.ROOT), to);
      case BINARY, VARBINARY, IMAGE -> (value, to) -> appendBinary((byte[]) value, to);
      case ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          (value, to) -> to.append(HEX.formatHex((byte[]) value));
      case DATE ->
          (value, to) -> {
            char[] text = new char[IsoTimes.MAX_LENGTH];
            to.append(text, 0, IsoTimes.write((LocalDate) value, text, 0));
          };
      case TIME ->
          (value, to) -> {
            char[] text = new char[IsoTimes.MAX_LENGTH];
            to.append(text, 0, IsoTimes.write((LocalTime) value, text, 0));
          };
      case DATETIME, SMALLDATETIME, DATETIME2 ->
          (value, to) -> appendDateTime((LocalDateTime) value, to);
      case DATETIMEOFFSET -> (value, to) -> appendInstant((OffsetDateTime) value, to);
    };
  }

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static void appendDecimal(BigDecimal value, StringBuilder to) {
    to.append(value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
  }

  /** By Jackson's writer, since the JDK's shortest text changed with version 19. */
  private static void appendFloat(double value, StringBuilder to) {
    to.append(NumberOutput.toString(value == 0 ? 0.0 : value, true));
  }

  private static void appendReal(float value, StringBuilder to) {
    to.append(NumberOutput.toString(value == 0 ? 0.0f : value, true));
  }

  private static void appendBinary(byte[] value, StringBuilder to) {
    int length = value.length;
    while (length > 0 && value[length - 1] == 0) {
      length--;
    }
    to.append(HEX.formatHex(value, 0, length));
  }

  private static void appendDateTime(LocalDateTime value, StringBuilder to) {
    char[] text = new char[IsoTimes.MAX_LENGTH];
    to.append(text, 0, IsoTimes.write(value, text, 0));
  }

  /** In UTC; an offset may carry the instant a day beyond the years that a date can have. */
  private static void appendInstant(OffsetDateTime value, StringBuilder to) {
    LocalDateTime utc = value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    if (utc.getYear() < 1 || utc.getYear() > 9999) {
      to.append(utc).append('Z');
      return;
    }
    appendDateTime(utc, to);
    to.append('Z');
  }

  /** As JSON; half a surrogate pair is escaped, as UTF-8 cannot carry it. */
  private static void appendText(String text, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c < ' ') {
        appendEscape(c, to);
      } else if (!Character.isSurrogate(c)) {
        to.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        to.append(c).append(text.charAt(++i));
      } else {
        appendEscape(c, to);
      }
    }
  }

  private static void appendEscape(char c, StringBuilder to) {
    to.append("\\u").append(HexFormat.of().toHexDigits(c));
  }
}
