package dev.renkei.standin.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * One row of a result, read in place: valid only until the next row is read, so that a result
 * streams without allocation.
 *
 * <p>Columns count from 0. Ask {@link #isNull} first; every getter expects a value. Which getter
 * belongs to a column follows from {@link Kind#valueClass()} of its type. Fixed-length text and
 * binary come padded to their length.
 */
public interface Row {
  boolean isNull(int column);

  boolean getBoolean(int column);

  /** For tinyint, smallint and int. */
  int getInt(int column);

  long getLong(int column);

  float getFloat(int column);

  double getDouble(int column);

  /** For decimal, money and smallmoney; the scale is the column's. */
  BigDecimal getDecimal(int column);

  String getString(int column);

  byte[] getBytes(int column);

  LocalDate getDate(int column);

  LocalTime getTime(int column);

  /** For datetime2, datetime and smalldatetime. */
  LocalDateTime getDateTime(int column);

  OffsetDateTime getDateTimeOffset(int column);

  UUID getUuid(int column);
}
