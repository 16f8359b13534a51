package dev.renkei.steps.enrich;

import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an event's value is as a master's key: folded as the master's column compares (SEMANTICS 3),
 * where a text may name a number and a number a text.
 */
public final class MasterKeys {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,38}(\\.\\d{1,38})?");

  private MasterKeys() {}

  /**
   * Why events cannot be joined by a column; empty where they can.
   *
   * @param event the event's column
   */
  public static Optional<String> misfit(Column event, TableSchema master) {
    List<Column> key = master.key();
    if (key.size() != 1) {
      return Optional.of("%s: its key is not one column".formatted(master.table()));
    }
    TypeKind kind = key.get(0).kind();
    boolean fits =
        switch (event.kind()) {
          case NVARCHAR -> isNumber(kind) || isText(kind);
          case BIGINT, DECIMAL -> isNumber(kind) || kind.isText();
          case FLOAT -> isNumber(kind) && kind != TypeKind.REAL;
          case DATETIMEOFFSET, DATE, BIT -> event.kind() == kind;
          default -> false;
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "%s: its key %s is %s, of which an event's %s names none"
                .formatted(
                    master.table(), key.get(0).name(), key.get(0).sqlType(), event.sqlType()));
  }

  private static boolean isNumber(TypeKind kind) {
    return switch (kind) {
      case TINYINT, SMALLINT, INT, BIGINT, DECIMAL, MONEY, SMALLMONEY, FLOAT -> true;
      default -> false;
    };
  }

  private static boolean isText(TypeKind kind) {
    return kind.isText() || kind == TypeKind.UNIQUEIDENTIFIER;
  }

  /**
   * The folded key that a value names.
   *
   * @param master null where its schema is not known: the value then stands for itself
   * @return null where no row of the master can have that key
   */
  static @Nullable String folded(Object value, @Nullable TableSchema master) {
    if (master == null) {
      return KeyFolding.of(TextKeyed.SCHEMA).fold(List.of(text(value))).folded();
    }
    if (master.key().size() != 1) {
      return null;
    }
    Object converted = convert(value, master.key().get(0).kind());
    return converted == null ? null : KeyFolding.of(master).fold(List.of(converted)).folded();
  }

  private static @Nullable Object convert(Object value, TypeKind kind) {
    if (kind.valueClass() == String.class) {
      return text(value);
    }
    if (isNumber(kind)) {
      BigDecimal number = number(value);
      return number == null ? null : ofKind(number, kind);
    }
    return kind.valueClass().isInstance(value) ? value : null;
  }

  private static @Nullable Object ofKind(BigDecimal number, TypeKind kind) {
    try {
      return kind.valueClass() == Integer.class
          ? (Object) number.intValueExact()
          : kind.valueClass() == Long.class
              ? (Object) number.longValueExact()
              : kind.valueClass() == Double.class ? (Object) number.doubleValue() : number;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal number(Object value) {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof Long || value instanceof Integer) {
      return BigDecimal.valueOf(((Number) value).longValue());
    }
    if (value instanceof Double number) {
      return BigDecimal.valueOf(number);
    }
    String text = value instanceof String given ? given.strip() : "";
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
  }

  private static String text(Object value) {
    return value instanceof BigDecimal number
        ? number.stripTrailingZeros().toPlainString()
        : value instanceof OffsetDateTime || value instanceof LocalDate || value instanceof Boolean
            ? "!" + value
            : value.toString();
  }

  /** A master of which nothing is known. */
  private static final class TextKeyed {
    static final TableSchema SCHEMA =
        new TableSchema(
            new dev.renkei.core.schema.TableName("events", "unknown_master"),
            List.of(
                new Column(
                    "key", TypeKind.NVARCHAR, Integer.MAX_VALUE, 0, 0, null, false, 1, false)));
  }
}
