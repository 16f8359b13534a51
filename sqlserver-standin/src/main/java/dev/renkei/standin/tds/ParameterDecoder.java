package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a parameter's TYPE_INFO and value from an RPC message ([MS-TDS] 2.2.6.6).
 *
 * <p>What the stand-in does not take (sql_variant, table-valued parameters, encrypted values, json,
 * vector) is refused by name; the rest of the message cannot be read then.
 */
final class ParameterDecoder {
  private static final int BY_REFERENCE = 0x01;
  private static final int ENCRYPTED = 0x08;
  private static final int MAX_BYTES = 8000;

  private final LittleEndianReader in;

  ParameterDecoder(LittleEndianReader in) {
    this.in = in;
  }

  /** A type with the value that follows it; the value is null for NULL. */
  private record Typed(SqlType type, @Nullable Object value) {}

  Parameter read() throws SqlError, MalformedMessage {
    String name = in.getShortText();
    int status = in.getByte();
    int code = in.getByte();
    if ((status & ENCRYPTED) != 0) {
      throw SqlError.refused("Always Encrypted (parameter %s)".formatted(name));
    }
    Typed typed;
    try {
      typed = value(code, name);
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(name, "type 0x%02X (%s)".formatted(code, e.getMessage()));
    }
    return new Parameter(name, typed.type, typed.value, (status & BY_REFERENCE) != 0);
  }

  private Typed value(int code, String name) throws SqlError, MalformedMessage {
    return switch (code) {
      case TypeCode.NULL -> new Typed(SqlType.INT, null);
      case TypeCode.TINYINT -> integer(1, 1);
      case TypeCode.SMALLINT -> integer(2, 2);
      case TypeCode.INT -> integer(4, 4);
      case TypeCode.BIGINT -> integer(8, 8);
      case TypeCode.INTN -> integer(in.getByte(), in.getByte());
      case TypeCode.BIT -> bit(1);
      case TypeCode.BITN -> {
        in.skip(1);
        yield bit(in.getByte());
      }
      case TypeCode.REAL -> floating(4, 4, name);
      case TypeCode.FLOAT -> floating(8, 8, name);
      case TypeCode.FLOATN -> floating(in.getByte(), in.getByte(), name);
      case TypeCode.SMALLMONEY -> money(4, 4);
      case TypeCode.MONEY -> money(8, 8);
      case TypeCode.MONEYN -> money(in.getByte(), in.getByte());
      case TypeCode.DECIMALN, TypeCode.NUMERICN, TypeCode.OLD_DECIMAL, TypeCode.OLD_NUMERIC ->
          decimal();
      case TypeCode.SMALLDATETIME -> dateTime(4, 4);
      case TypeCode.DATETIME -> dateTime(8, 8);
      case TypeCode.DATETIMEN -> dateTime(in.getByte(), in.getByte());
      case TypeCode.DATE -> new Typed(SqlType.DATE, in.getByte() == 0 ? null : date());
      case TypeCode.TIME, TypeCode.DATETIME2, TypeCode.DATETIMEOFFSET -> scaled(code);
      case TypeCode.GUID -> guid();
      case TypeCode.SHORT_CHAR -> shortText(Kind.CHAR);
      case TypeCode.SHORT_VARCHAR -> shortText(Kind.VARCHAR);
      case TypeCode.SHORT_BINARY -> shortBytes(Kind.BINARY);
      case TypeCode.SHORT_VARBINARY -> shortBytes(Kind.VARBINARY);
      case TypeCode.CHAR -> text(Kind.CHAR);
      case TypeCode.VARCHAR -> text(Kind.VARCHAR);
      case TypeCode.NCHAR -> text(Kind.NCHAR);
      case TypeCode.NVARCHAR -> text(Kind.NVARCHAR);
      case TypeCode.TEXT -> longText(Kind.TEXT);
      case TypeCode.NTEXT -> longText(Kind.NTEXT);
      case TypeCode.BINARY -> bytes(Kind.BINARY);
      case TypeCode.VARBINARY -> bytes(Kind.VARBINARY);
      case TypeCode.IMAGE -> {
        in.skip(4);
        yield new Typed(SqlType.of(Kind.IMAGE), longBytes());
      }
      case TypeCode.XML -> xml();
      case TypeCode.USER_DEFINED -> userDefined();
      case TypeCode.VARIANT -> throw refused("sql_variant", name);
      case TypeCode.TABLE -> throw refused("table-valued", name);
      case TypeCode.JSON -> throw refused("json", name);
      case TypeCode.VECTOR -> throw refused("vector", name);
      default ->
          throw new SqlError(
              8009,
              3,
              16,
              ("The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is"
                      + " incorrect. Parameter \"%s\": Data type 0x%02X is unknown.")
                  .formatted(name, code));
    };
  }

  private static SqlError refused(String what, String name) {
    return SqlError.refused(
        "%s parameters%s".formatted(what, name.isEmpty() ? "" : " (" + name + ")"));
  }

  private static SqlError invalid(String name, String type) {
    return new SqlError(
        8023,
        1,
        16,
        ("The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is"
                + " incorrect. Parameter \"%s\": The supplied value is not a valid instance of data"
                + " type %s. Check the source data for invalid values.")
            .formatted(name, type));
  }

  private Typed integer(int declared, int length) throws MalformedMessage {
    SqlType type =
        switch (declared) {
          case 1 -> SqlType.TINYINT;
          case 2 -> SqlType.SMALLINT;
          case 4 -> SqlType.INT;
          case 8 -> SqlType.BIGINT;
          default -> throw new MalformedMessage("an integer of %d bytes".formatted(declared));
        };
    if (length == 0) {
      return new Typed(type, null);
    }
    long value =
        switch (length) {
          case 1 -> in.getByte();
          case 2 -> (short) in.getShort();
          case 4 -> in.getInt();
          case 8 -> in.getLong();
          default -> throw new MalformedMessage("an integer of %d bytes".formatted(length));
        };
    if (declared == 8) {
      return new Typed(type, value);
    }
    return new Typed(type, Math.toIntExact(value));
  }

  private Typed bit(int length) throws MalformedMessage {
    return new Typed(SqlType.BIT, length == 0 ? null : in.getByte() != 0);
  }

  private Typed floating(int declared, int length, String name) throws SqlError, MalformedMessage {
    boolean single = declared == 4;
    SqlType type = single ? SqlType.REAL : SqlType.FLOAT;
    if (length == 0) {
      return new Typed(type, null);
    }
    double value =
        length == 4 ? Float.intBitsToFloat(in.getInt()) : Double.longBitsToDouble(in.getLong());
    if (!Double.isFinite(value)) {
      throw invalid(name, type.declaration());
    }
    return single ? new Typed(type, (float) value) : new Typed(type, value);
  }

  private Typed money(int declared, int length) throws MalformedMessage {
    SqlType type = declared == 4 ? SqlType.SMALLMONEY : SqlType.MONEY;
    if (length == 0) {
      return new Typed(type, null);
    }
    if (length == 4) {
      return new Typed(type, BigDecimal.valueOf(in.getInt(), 4));
    }
    long high = in.getInt();
    return new Typed(type, BigDecimal.valueOf(high << 32 | in.getUnsignedInt(), 4));
  }

  private Typed decimal() throws MalformedMessage {
    in.skip(1);
    int precision = in.getByte();
    int scale = in.getByte();
    if (precision < 1 || precision > 38 || scale > precision) {
      throw new MalformedMessage("a decimal(%d,%d)".formatted(precision, scale));
    }
    SqlType type = SqlType.decimal(precision, scale);
    int length = in.getByte();
    if (length == 0) {
      return new Typed(type, null);
    }
    boolean negative = in.getByte() == 0;
    byte[] magnitude = in.getBytes(length - 1);
    for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
      byte swapped = magnitude[i];
      magnitude[i] = magnitude[j];
      magnitude[j] = swapped;
    }
    return new Typed(type, new BigDecimal(new BigInteger(negative ? -1 : 1, magnitude), scale));
  }

  private Typed dateTime(int declared, int length) throws MalformedMessage {
    SqlType type = declared == 4 ? SqlType.SMALLDATETIME : SqlType.DATETIME;
    if (length == 0) {
      return new Typed(type, null);
    }
    if (length == 4) {
      LocalDate day = day(TemporalEncoders.YEAR_1900 + in.getShort());
      return new Typed(type, day.atStartOfDay().plusMinutes(in.getShort()));
    }
    LocalDate day = day(TemporalEncoders.YEAR_1900 + in.getInt());
    long millis = (in.getUnsignedInt() * 10 + 1) / 3;
    return new Typed(type, LocalDateTime.of(day, LocalTime.ofNanoOfDay(millis * 1_000_000)));
  }

  private LocalDate date() throws MalformedMessage {
    return day(TemporalEncoders.YEAR_1 + in.getLow(3));
  }

  /** SQL Server's days end with the year 9999. */
  private static LocalDate day(long epochDay) {
    LocalDate day = LocalDate.ofEpochDay(epochDay);
    if (day.getYear() < 1 || day.getYear() > 9999) {
      throw new DateTimeException("a day of the year " + day.getYear());
    }
    return day;
  }

  private Typed scaled(int code) throws MalformedMessage {
    int scale = in.getByte();
    if (scale > 7) {
      throw new MalformedMessage("a time with %d digits after the point".formatted(scale));
    }
    Kind kind =
        switch (code) {
          case TypeCode.TIME -> Kind.TIME;
          case TypeCode.DATETIME2 -> Kind.DATETIME2;
          default -> Kind.DATETIMEOFFSET;
        };
    SqlType type = SqlType.fractional(kind, scale);
    int length = in.getByte();
    if (length == 0) {
      return new Typed(type, null);
    }
    int timeBytes = length - (kind == Kind.TIME ? 0 : kind == Kind.DATETIME2 ? 3 : 5);
    if (timeBytes < 3 || timeBytes > 5) {
      throw new MalformedMessage("a %s of %d bytes".formatted(type.declaration(), length));
    }
    LocalTime time =
        LocalTime.ofNanoOfDay(
            Math.multiplyExact(in.getLow(timeBytes), TemporalEncoders.nanosPerTick(scale)));
    if (kind == Kind.TIME) {
      return new Typed(type, time);
    }
    LocalDateTime dateTime = LocalDateTime.of(date(), time);
    if (kind == Kind.DATETIME2) {
      return new Typed(type, dateTime);
    }
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (short) in.getShort());
    return new Typed(type, dateTime.atOffset(ZoneOffset.UTC).withOffsetSameInstant(offset));
  }

  private Typed guid() throws MalformedMessage {
    in.skip(1);
    int length = in.getByte();
    if (length == 0) {
      return new Typed(SqlType.UNIQUEIDENTIFIER, null);
    }
    long high = in.getUnsignedInt() << 32 | (long) in.getShort() << 16 | in.getShort();
    return new Typed(SqlType.UNIQUEIDENTIFIER, new UUID(high, Long.reverseBytes(in.getLong())));
  }

  private Typed shortText(Kind kind) throws MalformedMessage {
    SqlType type = SqlType.sized(kind, Math.max(1, in.getByte()));
    int length = in.getByte();
    return new Typed(type, length == 0 ? null : Windows1252.decode(in.getBytes(length)));
  }

  private Typed shortBytes(Kind kind) throws MalformedMessage {
    SqlType type = SqlType.sized(kind, Math.max(1, in.getByte()));
    int length = in.getByte();
    return new Typed(type, length == 0 ? null : in.getBytes(length));
  }

  private Typed text(Kind kind) throws SqlError, MalformedMessage {
    int declared = declaredLength();
    int collation = in.getInt();
    in.skip(1);
    int characters = kind.isNational() ? declared / 2 : declared;
    SqlType type =
        SqlType.sized(kind, declared == TypeCode.CHUNKED ? SqlType.MAX : Math.max(1, characters));
    byte[] bytes = declared == TypeCode.CHUNKED ? in.getChunks() : sizedBytes();
    return new Typed(type, bytes == null ? null : decode(kind, bytes, collation));
  }

  private Typed bytes(Kind kind) throws MalformedMessage {
    int declared = declaredLength();
    return declared == TypeCode.CHUNKED
        ? new Typed(SqlType.sized(kind, SqlType.MAX), in.getChunks())
        : new Typed(SqlType.sized(kind, Math.max(1, declared)), sizedBytes());
  }

  private int declaredLength() throws MalformedMessage {
    int declared = in.getShort();
    if (declared > MAX_BYTES && declared != TypeCode.CHUNKED) {
      throw new MalformedMessage("a type of %d bytes".formatted(declared));
    }
    return declared;
  }

  private Typed longText(Kind kind) throws SqlError, MalformedMessage {
    in.skip(4);
    int collation = in.getInt();
    in.skip(1);
    byte[] bytes = longBytes();
    return new Typed(SqlType.of(kind), bytes == null ? null : decode(kind, bytes, collation));
  }

  private Typed xml() throws MalformedMessage {
    if (in.getByte() != 0) {
      in.getShortText();
      in.getShortText();
      in.getUtf16(in.getShort());
    }
    byte[] bytes = in.getChunks();
    return new Typed(SqlType.XML, bytes == null ? null : xmlText(bytes));
  }

  /** UTF-16 with or without its mark, or one byte per character where the second is not zero. */
  private static String xmlText(byte[] bytes) {
    boolean narrow = bytes.length > 1 && bytes[0] == '<' && bytes[1] != 0;
    String text = new String(bytes, narrow ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16LE);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private Typed userDefined() throws SqlError, MalformedMessage {
    in.getShortText();
    in.getShortText();
    String name = in.getShortText().toLowerCase(Locale.ROOT);
    Kind kind =
        switch (name) {
          case "hierarchyid" -> Kind.HIERARCHYID;
          case "geography" -> Kind.GEOGRAPHY;
          case "geometry" -> Kind.GEOMETRY;
          default -> throw SqlError.refused("parameters of the CLR type " + name);
        };
    return new Typed(SqlType.of(kind), in.getChunks());
  }

  private static String decode(Kind kind, byte[] bytes, int collation) throws SqlError {
    return kind.isNational()
        ? new String(bytes, StandardCharsets.UTF_16LE)
        : Collation.decode(bytes, collation);
  }

  private byte @Nullable [] sizedBytes() throws MalformedMessage {
    int length = in.getShort();
    return length == 0xFFFF ? null : in.getBytes(length);
  }

  private byte @Nullable [] longBytes() throws MalformedMessage {
    int length = in.getInt();
    return length == -1 ? null : in.getBytes(length);
  }
}
