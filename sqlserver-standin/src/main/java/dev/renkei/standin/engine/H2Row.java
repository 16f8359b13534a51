package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.Row;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.h2.value.Value;
import org.h2.value.ValueNull;

/**
 * A row of an H2 result, read in place. One object serves a whole result; {@link #over} moves it to
 * the next row.
 */
public final class H2Row implements Row {
  private static final int NOT_PADDED = 0;

  private final int[] paddedLengths;
  private final int[] scales;
  private Value[] values = new Value[0];

  public H2Row(List<ResultColumn> columns) {
    paddedLengths = new int[columns.size()];
    scales = new int[columns.size()];
    for (int i = 0; i < paddedLengths.length; i++) {
      var type = columns.get(i).type();
      boolean padded =
          switch (type.kind()) {
            case CHAR, NCHAR, BINARY -> true;
            default -> false;
          };
      paddedLengths[i] = padded ? type.length() : NOT_PADDED;
      scales[i] = type.kind() == Kind.DECIMAL ? type.scale() : 4;
    }
  }

  /** Shows another row, which must have as many values as there are columns, or more. */
  public H2Row over(Value[] row) {
    values = row;
    return this;
  }

  @Override
  public boolean isNull(int column) {
    return values[column] == ValueNull.INSTANCE;
  }

  @Override
  public boolean getBoolean(int column) {
    return values[column].getBoolean();
  }

  @Override
  public int getInt(int column) {
    return values[column].getInt();
  }

  @Override
  public long getLong(int column) {
    return values[column].getLong();
  }

  @Override
  public float getFloat(int column) {
    return values[column].getFloat();
  }

  @Override
  public double getDouble(int column) {
    return values[column].getDouble();
  }

  @Override
  public BigDecimal getDecimal(int column) {
    return H2Values.scaled(values[column].getBigDecimal(), scales[column]);
  }

  @Override
  public String getString(int column) {
    String text = values[column].getString();
    int missing = paddedLengths[column] - text.length();
    return missing > 0 ? text + " ".repeat(missing) : text;
  }

  @Override
  public byte[] getBytes(int column) {
    byte[] bytes = values[column].getBytesNoCopy();
    return bytes.length < paddedLengths[column]
        ? Arrays.copyOf(bytes, paddedLengths[column])
        : bytes;
  }

  @Override
  public LocalDate getDate(int column) {
    return H2Values.date(values[column]);
  }

  @Override
  public LocalTime getTime(int column) {
    return H2Values.time(values[column]);
  }

  @Override
  public LocalDateTime getDateTime(int column) {
    return H2Values.dateTime(values[column]);
  }

  @Override
  public OffsetDateTime getDateTimeOffset(int column) {
    return H2Values.dateTimeOffset(values[column]);
  }

  @Override
  public UUID getUuid(int column) {
    return H2Values.uuid(values[column]);
  }
}
