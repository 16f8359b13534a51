package dev.renkei.standin.sql;

/**
 * The base types of SQL Server that the stand-in knows, with the class in which their values
 * travel.
 */
public enum Kind {
  BIT(Boolean.class),
  /** 0 to 255. */
  TINYINT(Integer.class),
  SMALLINT(Integer.class),
  INT(Integer.class),
  BIGINT(Long.class),
  DECIMAL(java.math.BigDecimal.class),
  MONEY(java.math.BigDecimal.class),
  SMALLMONEY(java.math.BigDecimal.class),
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
  DATE(java.time.LocalDate.class),
  TIME(java.time.LocalTime.class),
  /** Rounded to 1/300 of a second, shown as .000, .003 and .007. */
  DATETIME(java.time.LocalDateTime.class),
  /** Rounded to the minute. */
  SMALLDATETIME(java.time.LocalDateTime.class),
  DATETIME2(java.time.LocalDateTime.class),
  DATETIMEOFFSET(java.time.OffsetDateTime.class),
  UNIQUEIDENTIFIER(java.util.UUID.class),
  XML(String.class),
  HIERARCHYID(byte[].class),
  GEOGRAPHY(byte[].class),
  GEOMETRY(byte[].class);

  private final Class<?> valueClass;

  Kind(Class<?> valueClass) {
    this.valueClass = valueClass;
  }

  /** The class of every non-null value of this kind, wherever values travel inside the stand-in. */
  public Class<?> valueClass() {
    return valueClass;
  }

  /** char, varchar, text and their national forms. */
  public boolean isText() {
    return switch (this) {
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT -> true;
      default -> false;
    };
  }

  /** Text in UTF-16: nchar, nvarchar, ntext. */
  public boolean isNational() {
    return this == NCHAR || this == NVARCHAR || this == NTEXT;
  }

  /**
   * Kinds whose values are bytes: binary, varbinary, image, rowversion, and the CLR types as their
   * serialised bytes.
   */
  public boolean isBytes() {
    return valueClass == byte[].class;
  }
}
