package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Encoders of dates and times. Fractions finer than the type's are cut off. */
final class TemporalEncoders {
  /** Epoch days of 0001-01-01. */
  static final long YEAR_1 = LocalDate.of(1, 1, 1).toEpochDay();

  /** Epoch days of 1900-01-01. */
  static final long YEAR_1900 = LocalDate.of(1900, 1, 1).toEpochDay();

  private static final long DATETIME_TICKS_PER_DAY = 24L * 60 * 60 * 300;
  private static final long[] NANOS_PER_TICK = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100
  };

  private TemporalEncoders() {}

  static long nanosPerTick(int scale) {
    return NANOS_PER_TICK[scale];
  }

  /** How many bytes a time takes with so many digits after the point. */
  static int timeBytes(int scale) {
    return scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
  }

  static ColumnEncoder of(SqlType type) {
    return switch (type.kind()) {
      case DATE -> new DateEncoder();
      case TIME -> new TimeEncoder(type.scale());
      case DATETIME2 -> new DateTime2Encoder(type.scale());
      case DATETIMEOFFSET -> new OffsetEncoder(type.scale());
      case DATETIME -> new DateTimeEncoder();
      case SMALLDATETIME -> new SmallDateTimeEncoder();
      default -> throw new IllegalArgumentException(type.declaration());
    };
  }

  /** As text in nvarchar, for clients before 7.3. */
  static ColumnEncoder text(SqlType type) {
    return new AsTextEncoder(type);
  }

  private static final class DateEncoder extends ColumnEncoder {
    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.DATE);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      out.putByte(3);
      putDate(out, row.getDate(column));
    }

    @Override
    int nullBytes() {
      return 1;
    }
  }

  /** The types with a scale: a length, the time in ticks, and what the type adds. */
  private abstract static class Scaled extends ColumnEncoder {
    private final int type;
    private final int scale;
    final int timeBytes;
    private final long nanosPerTick;

    Scaled(int type, int scale) {
      this.type = type;
      this.scale = scale;
      this.timeBytes = timeBytes(scale);
      this.nanosPerTick = NANOS_PER_TICK[scale];
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(type);
      out.putByte(scale);
    }

    @Override
    int nullBytes() {
      return 1;
    }

    void putTime(PacketWriter out, LocalTime time) throws IOException {
      long nanos = time.toNanoOfDay();
      out.putLow(nanosPerTick == 100 ? nanos / 100 : nanos / nanosPerTick, timeBytes);
    }
  }

  private static final class TimeEncoder extends Scaled {
    TimeEncoder(int scale) {
      super(TypeCode.TIME, scale);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      LocalTime value = row.getTime(column);
      out.putByte(timeBytes);
      putTime(out, value);
    }
  }

  private static final class DateTime2Encoder extends Scaled {
    DateTime2Encoder(int scale) {
      super(TypeCode.DATETIME2, scale);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      LocalDateTime value = row.getDateTime(column);
      out.putByte(timeBytes + 3);
      putTime(out, value.toLocalTime());
      putDate(out, value.toLocalDate());
    }
  }

  /** Date and time in UTC, then the offset in minutes. */
  private static final class OffsetEncoder extends Scaled {
    OffsetEncoder(int scale) {
      super(TypeCode.DATETIMEOFFSET, scale);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      OffsetDateTime value = row.getDateTimeOffset(column);
      LocalDateTime utc =
          value.getOffset().equals(ZoneOffset.UTC)
              ? value.toLocalDateTime()
              : value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
      out.putByte(timeBytes + 5);
      putTime(out, utc.toLocalTime());
      putDate(out, utc.toLocalDate());
      out.putShort(value.getOffset().getTotalSeconds() / 60);
    }
  }

  /** Days since 1900 and three-hundredths of a second. */
  private static final class DateTimeEncoder extends ColumnEncoder {
    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.DATETIMEN);
      out.putByte(8);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      LocalDateTime value = row.getDateTime(column);
      long days = value.toLocalDate().toEpochDay() - YEAR_1900;
      long ticks = (value.toLocalTime().toNanoOfDay() * 3 + 5_000_000) / 10_000_000;
      if (ticks == DATETIME_TICKS_PER_DAY) {
        days++;
        ticks = 0;
      }
      out.putByte(8);
      out.putInt((int) days);
      out.putInt((int) ticks);
    }

    @Override
    int nullBytes() {
      return 1;
    }
  }

  /** Days since 1900 and minutes. */
  private static final class SmallDateTimeEncoder extends ColumnEncoder {
    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.DATETIMEN);
      out.putByte(4);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      LocalDateTime value = row.getDateTime(column);
      out.putByte(4);
      out.putShort((int) (value.toLocalDate().toEpochDay() - YEAR_1900));
      out.putShort(value.getHour() * 60 + value.getMinute());
    }

    @Override
    int nullBytes() {
      return 1;
    }
  }

  private static final class AsTextEncoder extends ColumnEncoder {
    private final Kind kind;
    private final int scale;

    AsTextEncoder(SqlType type) {
      this.kind = type.kind();
      this.scale = type.scale();
    }

    @Override
    void describe(PacketWriter out) throws IOException {
      out.putByte(TypeCode.NVARCHAR);
      out.putShort(2 * TemporalText.length(kind, scale));
      out.putBytes(Collation.CASE_INSENSITIVE);
    }

    @Override
    void write(PacketWriter out, Row row, int column) throws IOException {
      String text =
          switch (kind) {
            case DATE -> TemporalText.date(row.getDate(column));
            case TIME -> TemporalText.time(row.getTime(column), scale);
            case DATETIME2 -> TemporalText.dateTime(row.getDateTime(column), scale);
            default -> TemporalText.dateTimeOffset(row.getDateTimeOffset(column), scale);
          };
      out.putShort(2 * text.length());
      out.putUtf16(text);
    }

    @Override
    int nullBytes() {
      return 2;
    }

    @Override
    int nullByte() {
      return 0xFF;
    }
  }

  private static void putDate(PacketWriter out, LocalDate date) throws IOException {
    out.putLow(date.toEpochDay() - YEAR_1, 3);
  }
}
