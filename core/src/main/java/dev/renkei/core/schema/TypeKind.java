package dev.renkei.core.schema;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

/**
 * SQL Server's base types, with the class in which a value travels between reader, codec and
 * warehouse.
 */
public enum TypeKind {
  BIT(Boolean.class),
  TINYINT(Integer.class),
  SMALLINT(Integer.class),
  INT(Integer.class),
  BIGINT(Long.class),
  DECIMAL(BigDecimal.class),
  MONEY(BigDecimal.class),
  SMALLMONEY(BigDecimal.class),
  REAL(Float.class),
  FLOAT(Double.class),
  CHAR(String.class),
  VARCHAR(String.class),
  TEXT(String.class),
  NCHAR(String.class),
  NVARCHAR(String.class),
  NTEXT(String.class),
  BINARY(byte[].class),
  VARBINARY(byte[].class),
  IMAGE(byte[].class),
  ROWVERSION(byte[].class),
  DATE(LocalDate.class),
  TIME(LocalTime.class),
  DATETIME(LocalDateTime.class),
  SMALLDATETIME(LocalDateTime.class),
  DATETIME2(LocalDateTime.class),
  DATETIMEOFFSET(OffsetDateTime.class),
  /** Travels as text in upper case. */
  UNIQUEIDENTIFIER(String.class),
  XML(String.class),
  HIERARCHYID(byte[].class),
  GEOGRAPHY(byte[].class),
  GEOMETRY(byte[].class),
  /** Read as text by a cast at the source. */
  SQL_VARIANT(String.class);

  private final Class<?> valueClass;

  TypeKind(Class<?> valueClass) {
    this.valueClass = valueClass;
  }

  /** The class of every non-null value of this kind. */
  public Class<?> valueClass() {
    return valueClass;
  }

  /** Kinds that compare by a collation. */
  public boolean isText() {
    return switch (this) {
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT -> true;
      default -> false;
    };
  }
}
