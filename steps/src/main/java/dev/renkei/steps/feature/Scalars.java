package dev.renkei.steps.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of columns, of the classes in which rows carry them: as bytes, and their order. */
final class Scalars {
  /**
   * Numbers by their value, whatever their class, so that a widened column goes on; else values of
   * one class by their natural order, bytes unsigned.
   */
  static final Comparator<Object> ORDER = Scalars::compare;

  /** Numbers of so many digits are a long. */
  private static final int LONG_DIGITS = 18;

  private static final int NULL = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int INT = 3;
  private static final int LONG = 4;
  private static final int DECIMAL = 5;
  private static final int FLOAT = 6;
  private static final int DOUBLE = 7;
  private static final int TEXT = 8;
  private static final int BYTES = 9;
  private static final int DATE = 10;
  private static final int TIME = 11;
  private static final int DATETIME = 12;
  private static final int OFFSET_DATETIME = 13;

  private Scalars() {}

  static void write(@Nullable Object value, DataOutput to) throws IOException {
    if (value == null) {
      to.writeByte(NULL);
    } else if (value instanceof Boolean bit) {
      to.writeByte(bit ? TRUE : FALSE);
    } else if (value instanceof Integer number) {
      to.writeByte(INT);
      to.writeInt(number);
    } else if (value instanceof Long number) {
      to.writeByte(LONG);
      to.writeLong(number);
    } else if (value instanceof BigDecimal decimal) {
      to.writeByte(DECIMAL);
      writeDecimal(decimal, to);
    } else if (value instanceof Float number) {
      to.writeByte(FLOAT);
      to.writeFloat(number);
    } else if (value instanceof Double number) {
      to.writeByte(DOUBLE);
      to.writeDouble(number);
    } else if (value instanceof String text) {
      to.writeByte(TEXT);
      writeBytes(text.getBytes(StandardCharsets.UTF_8), to);
    } else if (value instanceof byte[] bytes) {
      to.writeByte(BYTES);
      writeBytes(bytes, to);
    } else {
      writeTime(value, to);
    }
  }

  private static void writeTime(Object value, DataOutput to) throws IOException {
    if (value instanceof LocalDate date) {
      to.writeByte(DATE);
      to.writeLong(date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      to.writeByte(TIME);
      to.writeLong(time.toNanoOfDay());
    } else if (value instanceof LocalDateTime time) {
      to.writeByte(DATETIME);
      writeLocal(time, to);
    } else if (value instanceof OffsetDateTime time) {
      to.writeByte(OFFSET_DATETIME);
      writeLocal(time.toLocalDateTime(), to);
      to.writeInt(time.getOffset().getTotalSeconds());
    } else {
      throw new IllegalArgumentException("no column holds a " + value.getClass().getName());
    }
  }

  static @Nullable Object read(DataInput from) throws IOException {
    int tag = from.readByte();
    return switch (tag) {
      case NULL -> null;
      case FALSE -> false;
      case TRUE -> true;
      case INT -> from.readInt();
      case LONG -> from.readLong();
      case DECIMAL -> readDecimal(from);
      case FLOAT -> from.readFloat();
      case DOUBLE -> from.readDouble();
      case TEXT -> new String(readBytes(from), StandardCharsets.UTF_8);
      case BYTES -> readBytes(from);
      case DATE -> LocalDate.ofEpochDay(from.readLong());
      case TIME -> LocalTime.ofNanoOfDay(from.readLong());
      case DATETIME -> readLocal(from);
      case OFFSET_DATETIME ->
          OffsetDateTime.of(readLocal(from), ZoneOffset.ofTotalSeconds(from.readInt()));
      default -> throw new IllegalStateException("a value of unknown kind " + tag);
    };
  }

  static void writeAll(List<? extends @Nullable Object> values, DataOutput to) throws IOException {
    to.writeShort(values.size());
    for (Object value : values) {
      write(value, to);
    }
  }

  static List<@Nullable Object> readAll(DataInput from) throws IOException {
    int size = from.readUnsignedShort();
    List<@Nullable Object> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(read(from));
    }
    return values;
  }

  static void writeDecimal(BigDecimal decimal, DataOutput to) throws IOException {
    to.writeInt(decimal.scale());
    if (decimal.precision() > LONG_DIGITS) {
      writeBytes(decimal.unscaledValue().toByteArray(), to);
      return;
    }
    long unscaled = decimal.unscaledValue().longValue();
    int bits = Long.SIZE - Long.numberOfLeadingZeros(unscaled < 0 ? ~unscaled : unscaled);
    int length = bits / Byte.SIZE + 1; // as BigInteger writes it
    to.writeInt(length);
    for (int i = length - 1; i >= 0; i--) {
      to.writeByte((int) (unscaled >> i * Byte.SIZE));
    }
  }

  static BigDecimal readDecimal(DataInput from) throws IOException {
    int scale = from.readInt();
    int length = from.readInt();
    if (length < 1 || length > Long.BYTES) {
      byte[] bytes = new byte[length];
      from.readFully(bytes);
      return new BigDecimal(new BigInteger(bytes), scale);
    }
    long unscaled = from.readByte();
    for (int i = 1; i < length; i++) {
      unscaled = unscaled << Byte.SIZE | from.readUnsignedByte();
    }
    return BigDecimal.valueOf(unscaled, scale);
  }

  static void writeBytes(byte[] bytes, DataOutput to) throws IOException {
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  static byte[] readBytes(DataInput from) throws IOException {
    byte[] bytes = new byte[from.readInt()];
    from.readFully(bytes);
    return bytes;
  }

  private static void writeLocal(LocalDateTime time, DataOutput to) throws IOException {
    to.writeLong(time.toLocalDate().toEpochDay());
    to.writeLong(time.toLocalTime().toNanoOfDay());
  }

  private static LocalDateTime readLocal(DataInput from) throws IOException {
    LocalDate date = LocalDate.ofEpochDay(from.readLong());
    return date.atTime(LocalTime.ofNanoOfDay(from.readLong()));
  }

  /** A number by its exact value. */
  static BigDecimal number(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    } else if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue());
    } else if (value instanceof Float || value instanceof Double) {
      return new BigDecimal(((Number) value).doubleValue());
    }
    throw new IllegalArgumentException("no number: a " + value.getClass().getName());
  }

  private static int compare(Object a, Object b) {
    if (a instanceof Number && b instanceof Number && a.getClass() != b.getClass()) {
      return number(a).compareTo(number(b));
    } else if (a instanceof byte[] one && b instanceof byte[] other) {
      return Arrays.compareUnsigned(one, other);
    } else if (a.getClass() != b.getClass()) {
      return a.getClass().getName().compareTo(b.getClass().getName());
    }
    return compareAlike(a, b);
  }

  @SuppressWarnings("unchecked") // both are of one class, whose values compare with each other
  private static <T> int compareAlike(Object a, Object b) {
    return ((Comparable<T>) a).compareTo((T) b);
  }

  /** 64 bits that differ for values that differ, as good as always; equal for equal numbers. */
  static long hash(Object value) {
    if (value instanceof Number) {
      return hash(text(number(value)));
    } else if (value instanceof byte[] bytes) {
      return hash(bytes);
    } else if (value instanceof OffsetDateTime time) {
      return hash(time.toInstant().toString().getBytes(StandardCharsets.UTF_8));
    }
    return hash(value.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] text(BigDecimal number) {
    BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    return plain.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** FNV-1a, mixed as MurmurHash3 ends: the former alone leaves high bits alike. */
  private static long hash(byte[] bytes) {
    long h = 0xcbf29ce484222325L;
    for (byte b : bytes) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
