package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Row;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;

/** A row of one value, so that an output parameter is written as a column is. */
record SingleValue(Object value) implements Row {
  @Override
  public boolean isNull(int column) {
    return false;
  }

  @Override
  public boolean getBoolean(int column) {
    return (Boolean) value;
  }

  @Override
  public int getInt(int column) {
    return (Integer) value;
  }

  @Override
  public long getLong(int column) {
    return (Long) value;
  }

  @Override
  public float getFloat(int column) {
    return (Float) value;
  }

  @Override
  public double getDouble(int column) {
    return (Double) value;
  }

  @Override
  public BigDecimal getDecimal(int column) {
    return (BigDecimal) value;
  }

  @Override
  public String getString(int column) {
    return (String) value;
  }

  @Override
  public byte[] getBytes(int column) {
    return (byte[]) value;
  }

  @Override
  public LocalDate getDate(int column) {
    return (LocalDate) value;
  }

  @Override
  public LocalTime getTime(int column) {
    return (LocalTime) value;
  }

  @Override
  public LocalDateTime getDateTime(int column) {
    return (LocalDateTime) value;
  }

  @Override
  public OffsetDateTime getDateTimeOffset(int column) {
    return (OffsetDateTime) value;
  }

  @Override
  public UUID getUuid(int column) {
    return (UUID) value;
  }
}
