package dev.renkei.steps.mask;

import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one column: how it looks on the masked side, and its values. Immutable,
 * thread-safe.
 *
 * @param masked null where the column is dropped
 * @param mask of a value that is not null; where it is null, every value is
 */
record ColumnMask(@Nullable Column masked, @Nullable UnaryOperator<Object> mask) {
  private static final int HASH_LENGTH = 64;
  private static final String BINARY = "Latin1_General_BIN2";
  private static final UnaryOperator<Object> AS_IS = value -> value;

  /**
   * Why a column cannot have a method; empty where it can.
   *
   * @param column as the source has it
   */
  static Optional<String> refusal(MaskMethod method, Column column) {
    if (column.isKey() && !method.keepsKeys()) {
      return Optional.of(
          "a key column cannot be `%s`: rows would become one. Say `hash`, `tokenize` or `pass`"
              .formatted(method.name()));
    }
    if (method instanceof MaskMethod.Partial && isBytes(column.kind())) {
      return Optional.of("%s has no characters to keep".formatted(column.sqlType()));
    }
    if (method instanceof MaskMethod.Truncate truncate
        && Coarse.of(column, truncate.to()) == null) {
      return Optional.of(
          "%s cannot be cut to `%s`".formatted(column.sqlType(), Coarse.text(truncate.to())));
    }
    return Optional.empty();
  }

  /**
   * The mask of a column; of a method that it cannot have, what an undecided one gets.
   *
   * @param column as the source has it
   */
  static ColumnMask of(MaskMethod method, Column column, Crypto crypto) {
    if (refusal(method, column).isPresent()) {
      return undecided(column, crypto);
    }
    if (method instanceof MaskMethod.Pass) {
      return new ColumnMask(column, AS_IS);
    }
    if (method instanceof MaskMethod.Drop) {
      return new ColumnMask(null, null);
    }
    if (method instanceof MaskMethod.Hash hash) {
      Function<Object, String> text = Canonical.folded(column);
      return new ColumnMask(
          text(column, HASH_LENGTH, BINARY),
          hash.keyed()
              ? value -> crypto.hash(text.apply(value))
              : value -> crypto.unkeyedHash(text.apply(value)));
    }
    if (method instanceof MaskMethod.Tokenize) {
      Function<Object, String> text =
          column.isKey() ? Canonical.folded(column) : Canonical.exact(column);
      return new ColumnMask(
          text(column, Integer.MAX_VALUE, BINARY), value -> crypto.token(text.apply(value)));
    }
    if (method instanceof MaskMethod.Partial partial) {
      Function<Object, String> text = Canonical.exact(column);
      int length =
          column.kind().isText() && column.length() > 0 ? column.length() : Integer.MAX_VALUE;
      return new ColumnMask(
          text(column, length, column.collation()),
          value -> stars(text.apply(value), partial.keepFirst(), partial.keepLast()));
    }
    if (method instanceof MaskMethod.Truncate truncate) {
      return new ColumnMask(column, Coarse.of(column, truncate.to()));
    }
    return emptied(column);
  }

  /** What a column gets of which nobody has said anything, or nothing that it can have. */
  static ColumnMask undecided(Column column, Crypto crypto) {
    return column.isKey() ? of(new MaskMethod.Hash(true), column, crypto) : emptied(column);
  }

  private static ColumnMask emptied(Column column) {
    return new ColumnMask(
        new Column(
            column.name(),
            column.kind(),
            column.length(),
            column.precision(),
            column.scale(),
            column.collation(),
            true,
            0,
            column.computed()),
        null);
  }

  private static Column text(Column column, int length, @Nullable String collation) {
    return new Column(
        column.name(),
        TypeKind.NVARCHAR,
        length,
        0,
        0,
        collation,
        column.nullable(),
        column.keyOrdinal(),
        column.computed());
  }

  private static boolean isBytes(TypeKind kind) {
    return kind.valueClass() == byte[].class;
  }

  /** A star for each code point but those of the ends. */
  static String stars(String text, int first, int last) {
    int count = text.codePointCount(0, text.length());
    if (count <= (long) first + last) {
      return "*".repeat(count);
    }
    int head = text.offsetByCodePoints(0, first);
    int tail = text.offsetByCodePoints(text.length(), -last);
    return text.substring(0, head) + "*".repeat(count - first - last) + text.substring(tail);
  }

  /** A value as the masked side shows it. */
  @Nullable Object apply(@Nullable Object value) {
    return value == null || mask == null ? null : mask.apply(value);
  }
}
