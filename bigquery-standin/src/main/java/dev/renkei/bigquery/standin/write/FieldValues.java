package dev.renkei.bigquery.standin.write;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.renkei.bigquery.standin.store.Column;
import dev.renkei.bigquery.standin.store.ColumnType;
import dev.renkei.bigquery.standin.store.Values;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * One field's value, in the encodings of <a
 * href="https://cloud.google.com/bigquery/docs/supported-data-types">the Storage Write API's
 * table</a>.
 */
final class FieldValues {
  private FieldValues() {}

  static boolean isPackable(FieldDescriptorProto.Type type) {
    switch (type) {
      case TYPE_STRING, TYPE_BYTES, TYPE_MESSAGE, TYPE_GROUP:
        return false;
      default:
        return true;
    }
  }

  /**
   * @throws IllegalArgumentException when the column cannot hold it
   */
  static Object read(CodedInputStream in, FieldDescriptorProto.Type type, Column column)
      throws IOException {
    return converted(column, raw(in, type));
  }

  private static Object raw(CodedInputStream in, FieldDescriptorProto.Type type)
      throws IOException {
    switch (type) {
      case TYPE_INT64:
        return in.readInt64();
      case TYPE_INT32, TYPE_ENUM:
        return (long) in.readInt32();
      case TYPE_UINT32:
        return in.readUInt32() & 0xffffffffL;
      case TYPE_UINT64:
        return in.readUInt64();
      case TYPE_SINT32:
        return (long) in.readSInt32();
      case TYPE_SINT64:
        return in.readSInt64();
      case TYPE_FIXED32:
        return in.readFixed32() & 0xffffffffL;
      case TYPE_FIXED64:
        return in.readFixed64();
      case TYPE_SFIXED32:
        return (long) in.readSFixed32();
      case TYPE_SFIXED64:
        return in.readSFixed64();
      case TYPE_BOOL:
        return in.readBool();
      case TYPE_DOUBLE:
        return in.readDouble();
      case TYPE_FLOAT:
        return (double) in.readFloat();
      case TYPE_STRING:
        return string(in);
      case TYPE_BYTES:
        return in.readByteArray();
      case TYPE_MESSAGE:
        return Timestamp.parseFrom(in.readByteArray());
      default:
        throw new IllegalArgumentException("no column takes a protobuf " + type);
    }
  }

  private static String string(CodedInputStream in) throws IOException {
    try {
      return in.readStringRequireUtf8();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("STRING is no UTF-8", e);
    }
  }

  private static Object converted(Column column, Object raw) {
    switch (column.type()) {
      case BOOL:
        return raw instanceof Long number
            ? (Object) (number != 0)
            : same(raw, Boolean.class, column);
      case INT64:
        return same(raw, Long.class, column);
      case FLOAT64:
        return raw instanceof Long number
            ? (Object) number.doubleValue()
            : same(raw, Double.class, column);
      case NUMERIC, BIGNUMERIC:
        return Values.decimal(column, decimal(raw, column));
      case STRING:
        return Values.string(column, same(raw, String.class, column));
      case BYTES:
        byte[] bytes =
            raw instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : same(raw, byte[].class, column);
        return Values.bytes(column, bytes);
      case DATE:
        return raw instanceof Long days ? Values.date(days) : text(raw, column);
      case DATETIME:
        return raw instanceof Long packed ? datetime(packed) : text(raw, column);
      case TIME:
        return raw instanceof Long packed ? time(packed) : text(raw, column);
      case TIMESTAMP:
        return timestamp(raw, column);
      case JSON:
        return Values.json(same(raw, String.class, column));
    }
    throw new IllegalStateException("no such type: " + column.type());
  }

  private static <T> T same(Object raw, Class<T> wanted, Column column) {
    if (!wanted.isInstance(raw)) {
      throw new IllegalArgumentException(
          "The proto field mismatched with BigQuery field at "
              + column.name()
              + ", a "
              + raw.getClass().getSimpleName()
              + " cannot be converted to "
              + column.type());
    }
    return wanted.cast(raw);
  }

  private static Object text(Object raw, Column column) {
    return Values.fromText(column, same(raw, String.class, column));
  }

  private static Object timestamp(Object raw, Column column) {
    if (raw instanceof Long micros) {
      return Values.timestamp(micros);
    } else if (raw instanceof Timestamp message) {
      return Values.timestamp(
          Math.addExact(
              Math.multiplyExact(message.getSeconds(), 1_000_000L), message.getNanos() / 1000));
    }
    return text(raw, column);
  }

  /** Little-endian two's complement of the number times 10^9 or 10^38, or its text. */
  private static BigDecimal decimal(Object raw, Column column) {
    if (raw instanceof byte[] little) {
      byte[] big = new byte[little.length];
      for (int at = 0; at < big.length; at++) {
        big[at] = little[little.length - 1 - at];
      }
      int scale = column.type() == ColumnType.NUMERIC ? 9 : 38;
      int most = column.type() == ColumnType.NUMERIC ? 16 : 32;
      if (big.length > most) {
        throw new IllegalArgumentException(
            "Invalid " + column.type() + " value: more than " + most + " bytes");
      }
      return big.length == 0 ? BigDecimal.ZERO : new BigDecimal(new BigInteger(big), scale);
    } else if (raw instanceof Long number) {
      return BigDecimal.valueOf(number);
    } else if (raw instanceof Double number) {
      return BigDecimal.valueOf(number);
    }
    try {
      return new BigDecimal(same(raw, String.class, column).trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Invalid " + column.type() + " value: " + raw, e);
    }
  }

  /** Bits from above: hour 5, minute 6, second 6, microsecond 20. */
  private static LocalTime time(long packed) {
    try {
      if (packed < 0 || packed >> 37 != 0) {
        throw new IllegalArgumentException("Invalid time value: " + packed);
      }
      return LocalTime.of(
          (int) (packed >> 32) & 31,
          (int) (packed >> 26) & 63,
          (int) (packed >> 20) & 63,
          (int) (packed & 0xfffff) * 1000);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Invalid time value: " + packed, e);
    }
  }

  /** Bits above those of a time: year 14, month 4, day 5. */
  private static LocalDateTime datetime(long packed) {
    long date = packed >> 37;
    try {
      int year = (int) (date >> 9);
      if (year < 1 || year > 9999) {
        throw new IllegalArgumentException("Invalid datetime value: " + packed);
      }
      return time(packed & 0x1fffffffffL)
          .atDate(java.time.LocalDate.of(year, (int) (date >> 5) & 15, (int) date & 31));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Invalid datetime value: " + packed, e);
    }
  }
}
