package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Row;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.UUID;

/** Encoders of numbers, bits and uniqueidentifier: a length of one byte, then the value. */
final class NumberEncoders {
  private NumberEncoders() {}

  /** The nullable form of a type whose values have one length. */
  private abstract static class Fixed extends ColumnEncoder {
    private final int type;
    final int bytes;

    Fixed(int type, int bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(type);
      out.putByte(bytes);
    }

    @Override
    int nullBytes() {
      return 1;
    }
  }

  static ColumnEncoder bit() {
    return new Fixed(TypeCode.BITN, 1) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        out.putShort(row.getBoolean(column) ? 0x0101 : 0x0001);
      }
    };
  }

  /** Tinyint, smallint or int, by their bytes. */
  static ColumnEncoder integer(int size) {
    return new Fixed(TypeCode.INTN, size) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        out.putByte(bytes);
        int value = row.getInt(column);
        switch (bytes) {
          case 1 -> out.putByte(value);
          case 2 -> out.putShort(value);
          default -> out.putInt(value);
        }
      }
    };
  }

  static ColumnEncoder bigint() {
    return new Fixed(TypeCode.INTN, 8) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        out.putByte(8);
        out.putLong(row.getLong(column));
      }
    };
  }

  static ColumnEncoder real() {
    return new Fixed(TypeCode.FLOATN, 4) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        out.putByte(4);
        out.putInt(Float.floatToIntBits(row.getFloat(column)));
      }
    };
  }

  static ColumnEncoder floating() {
    return new Fixed(TypeCode.FLOATN, 8) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        out.putByte(8);
        out.putLong(Double.doubleToLongBits(row.getDouble(column)));
      }
    };
  }

  /** Money or smallmoney, by their bytes: ten-thousandths. */
  static ColumnEncoder money(int size) {
    return new Fixed(TypeCode.MONEYN, size) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        long units = scaled(row.getDecimal(column), 4).longValueExact();
        out.putByte(bytes);
        if (bytes == 4) {
          out.putInt(Math.toIntExact(units));
        } else {
          out.putInt((int) (units >> 32));
          out.putInt((int) units);
        }
      }
    };
  }

  static ColumnEncoder guid() {
    return new Fixed(TypeCode.GUID, 16) {
      @Override
      void write(PacketWriter out, Row row, int column) throws IOException {
        UUID value = row.getUuid(column);
        long high = value.getMostSignificantBits();
        out.putByte(16);
        out.putInt((int) (high >>> 32));
        out.putShort((int) (high >>> 16));
        out.putShort((int) high);
        out.putLong(Long.reverseBytes(value.getLeastSignificantBits()));
      }
    };
  }

  static ColumnEncoder decimal(int precision, int scale) {
    return new Decimal(precision, scale);
  }

  /** A sign of one byte, then 4, 8, 12 or 16 bytes, as the precision needs. */
  private static final class Decimal extends Fixed {
    private final int precision;
    private final int scale;

    Decimal(int precision, int scale) {
      super(
          TypeCode.DECIMALN, precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17);
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      super.describe(out);
      out.putByte(precision);
      out.putByte(scale);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      BigInteger unscaled = scaled(row.getDecimal(column), scale);
      int magnitude = bytes - 1;
      if (unscaled.bitLength() < 64) {
        long value = unscaled.longValue();
        long absolute = Math.abs(value);
        if (magnitude == 4 && absolute >>> 32 != 0 || absolute < 0) {
          throw overflow(unscaled);
        }
        out.putByte(bytes);
        out.putByte(value < 0 ? 0 : 1);
        out.putInt((int) absolute);
        if (magnitude > 4) {
          out.putInt((int) (absolute >> 32));
        }
        for (int i = 8; i < magnitude; i += 4) {
          out.putInt(0);
        }
        return;
      }
      byte[] bigEndian = unscaled.abs().toByteArray();
      int first = bigEndian[0] == 0 ? 1 : 0;
      if (bigEndian.length - first > magnitude) {
        throw overflow(unscaled);
      }
      out.putByte(bytes);
      out.putByte(unscaled.signum() < 0 ? 0 : 1);
      for (int i = 0; i < magnitude; i++) {
        int index = bigEndian.length - 1 - i;
        out.putByte(index >= first ? bigEndian[index] : 0);
      }
    }

    private ArithmeticException overflow(BigInteger unscaled) {
      return new ArithmeticException(
          "%d digits for a decimal(%d,%d)"
              .formatted(unscaled.abs().toString().length(), precision, scale));
    }
  }

  private static BigInteger scaled(BigDecimal value, int scale) {
    return value.scale() == scale
        ? value.unscaledValue()
        : value.setScale(scale, RoundingMode.HALF_UP).unscaledValue();
  }
}
