package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Row;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of values, each of its column's {@code Kind.valueClass()}. */
record ValuesRow(List<@Nullable Object> values) implements Row {
  private Object value(int column) {
    return Objects.requireNonNull(values.get(column));
  }

  @Override
  public boolean isNull(int column) {
    return values.get(column) == null;
  }

  @Override
  public boolean getBoolean(int column) {
    return (Boolean) value(column);
  }

  @Override
  public int getInt(int column) {
    return (Integer) value(column);
  }

  @Override
  public long getLong(int column) {
    return (Long) value(column);
  }

  @Override
  public float getFloat(int column) {
    return (Float) value(column);
  }

  @Override
  public double getDouble(int column) {
    return (Double) value(column);
  }

  @Override
  public BigDecimal getDecimal(int column) {
    return (BigDecimal) value(column);
  }

  @Override
  public String getString(int column) {
    return (String) value(column);
  }

  @Override
  public byte[] getBytes(int column) {
    return (byte[]) value(column);
  }

  @Override
  public LocalDate getDate(int column) {
    return (LocalDate) value(column);
  }

  @Override
  public LocalTime getTime(int column) {
    return (LocalTime) value(column);
  }

  @Override
  public LocalDateTime getDateTime(int column) {
    return (LocalDateTime) value(column);
  }

  @Override
  public OffsetDateTime getDateTimeOffset(int column) {
    return (OffsetDateTime) value(column);
  }

  @Override
  public UUID getUuid(int column) {
    return (UUID) value(column);
  }
}
