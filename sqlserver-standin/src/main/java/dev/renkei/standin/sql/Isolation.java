package dev.renkei.standin.sql;

/**
 * Transaction isolation levels, with their codes in TDS transaction manager requests (0 there: as
 * it is).
 */
public enum Isolation {
  READ_UNCOMMITTED(1),
  READ_COMMITTED(2),
  REPEATABLE_READ(3),
  SERIALIZABLE(4),
  SNAPSHOT(5);

  private final int code;

  Isolation(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
