package dev.renkei.acceptance;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A column that the independent writer fills.
 *
 * @param type of SQL Server, without its length
 * @param length in bytes, -1 for max, as {@code sys.columns.max_length}
 * @param modest whether numbers stay small, since columns are computed from them
 * @param samples values of the table for types that cannot be made up; empty for others
 */
record WriterColumn(
    String name,
    String type,
    int length,
    int precision,
    int scale,
    boolean nullable,
    int keyOrdinal,
    boolean modest,
    List<byte[]> samples) {
  private static final List<String> PIECES =
      List.of(
          "渋谷区",
          "ｶﾀｶﾅ",
          "ひらがな",
          "😀",
          "𠮷野家",
          "O'Brien",
          "a\"b\\c",
          "line\nbreak",
          "tab\t",
          "  spaces  ",
          "Straße",
          "[x].[y]",
          "%_",
          "NULL");
  private static final List<String> WESTERN =
      List.of("Smith", "O'Brien", "café", "a\"b\\c", "  spaces  ", "100%", "NULL", "€");
  private static final String KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz東西南北春夏秋冬";
  private static final int LONGEST_TEXT = 3000;

  WriterColumn {
    samples = List.copyOf(samples);
  }

  boolean isKey() {
    return keyOrdinal > 0;
  }

  String sql() {
    return "[" + name.replace("]", "]]") + "]";
  }

  boolean isMadeUp() {
    return !type.equals("hierarchyid") && !type.equals("geography");
  }

  boolean isWhole() {
    return switch (type) {
      case "tinyint", "smallint", "int", "bigint" -> true;
      default -> false;
    };
  }

  private boolean isNumber() {
    return switch (type) {
      case "decimal", "numeric", "money", "smallmoney" -> true;
      default -> isWhole();
    };
  }

  void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
    if (value == null) {
      boolean bytes = type.contains("binary") || type.equals("image") || !isMadeUp();
      statement.setNull(at, bytes ? Types.VARBINARY : Types.VARCHAR);
    } else {
      statement.setObject(at, value);
    }
  }

  /** A value; now and then NULL where that is allowed. */
  @Nullable Object value(SplittableRandom random) {
    if (nullable && random.nextInt(6) == 0) {
      return null;
    }
    if (modest && isNumber()) {
      return isWhole() ? (Object) random.nextInt(100) : BigDecimal.valueOf(random.nextInt(999), 2);
    }
    return switch (type) {
      case "bit" -> random.nextBoolean();
      case "tinyint" -> random.nextInt(256);
      case "smallint" -> random.nextInt(Short.MIN_VALUE, Short.MAX_VALUE + 1);
      case "int" -> random.nextInt();
      case "bigint" -> random.nextLong();
      case "decimal", "numeric" -> decimal(random, precision, scale);
      case "money" -> BigDecimal.valueOf(random.nextLong(), 4);
      case "smallmoney" -> BigDecimal.valueOf(random.nextInt(), 4);
      case "real" -> Float.intBitsToFloat(random.nextInt() & 0xBF7F_FFFF);
      case "float" -> Double.longBitsToDouble(random.nextLong() & 0xBFEF_FFFF_FFFF_FFFFL);
      case "char", "nchar", "varchar", "nvarchar", "text", "ntext" -> text(random);
      case "xml" -> "<r n=\"%d\">連携</r>".formatted(random.nextInt());
      case "binary", "varbinary", "image" -> bytes(random);
      case "date" -> LocalDate.ofEpochDay(random.nextInt(-719_162, 2_932_896)).toString();
      case "time" ->
          fraction(
              "%02d:%02d:%02d"
                  .formatted(random.nextInt(24), random.nextInt(60), random.nextInt(60)),
              random);
      case "datetime" -> Timestamp.valueOf(moment(random));
      case "smalldatetime" -> Timestamp.valueOf(moment(random).withSecond(0));
      case "datetime2" -> fraction(moment(random).toString().replace('T', ' '), random);
      case "datetimeoffset" ->
          "%s %+03d:30"
              .formatted(
                  fraction(moment(random).toString().replace('T', ' '), random),
                  random.nextInt(-13, 14));
      case "uniqueidentifier" -> new UUID(random.nextLong(), random.nextLong()).toString();
      case "hierarchyid", "geography" ->
          samples.isEmpty() ? null : samples.get(random.nextInt(samples.size()));
      default -> throw new IllegalArgumentException(name + ": the writer knows no " + type);
    };
  }

  /** A part of a key that is hardly there yet, far from the ones that are. */
  @Nullable Object keyPart(SplittableRandom random) {
    return switch (type) {
      case "smallint" -> random.nextInt(20_000, Short.MAX_VALUE);
      case "int" -> random.nextInt(1_000_000, Integer.MAX_VALUE);
      case "char", "nchar", "varchar", "nvarchar" -> {
        StringBuilder text = new StringBuilder();
        int characters = Math.min(characters(), 12);
        for (int i = 0; i < characters; i++) {
          char letter = KEY_LETTERS.charAt(random.nextInt(isWestern() ? 26 : KEY_LETTERS.length()));
          text.append(random.nextBoolean() ? letter : Character.toUpperCase(letter));
        }
        yield text.toString();
      }
      default -> value(random);
    };
  }

  /** The part as its column compares it. */
  String folded(@Nullable Object part) {
    String text = String.valueOf(part);
    return part instanceof String ? text.stripTrailing().toLowerCase(Locale.ROOT) : text;
  }

  private boolean isWestern() {
    return type.equals("char") || type.equals("varchar") || type.equals("text");
  }

  private int characters() {
    boolean unicode = type.startsWith("n");
    return length < 0 || type.endsWith("text") ? LONGEST_TEXT : unicode ? length / 2 : length;
  }

  private String text(SplittableRandom random) {
    List<String> pieces = isWestern() ? WESTERN : PIECES;
    StringBuilder text = new StringBuilder();
    int wanted = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(Math.max(1, characters()));
    while (text.length() < wanted) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    text.setLength(Math.min(wanted, characters()));
    if (text.length() > 0 && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
      text.setLength(text.length() - 1);
    }
    return text.toString();
  }

  private byte[] bytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(1 + (length < 0 ? LONGEST_TEXT : length))];
    random.nextBytes(bytes);
    return bytes;
  }

  private static BigDecimal decimal(SplittableRandom random, int precision, int scale) {
    StringBuilder digits = new StringBuilder();
    int count = 1 + random.nextInt(precision);
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    BigInteger unscaled = new BigInteger(digits.toString());
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
  }

  /** In the range of smalldatetime, the narrowest; whole seconds, which every type has. */
  private static LocalDateTime moment(SplittableRandom random) {
    return LocalDateTime.of(1950, 1, 1, 0, 0)
        .plusSeconds(random.nextLong(4_000_000_000L))
        .withNano(0);
  }

  private String fraction(String text, SplittableRandom random) {
    String seconds = text.matches(".*\\d\\d:\\d\\d:\\d\\d") ? text : text + ":00";
    return scale == 0
        ? seconds
        : seconds + "." + "%07d".formatted(random.nextInt(10_000_000)).substring(0, scale);
  }
}
