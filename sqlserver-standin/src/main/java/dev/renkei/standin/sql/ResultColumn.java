package dev.renkei.standin.sql;

/**
 * How a column of a result is described to the client.
 *
 * @param name empty where the expression has none
 */
public record ResultColumn(
    String name, SqlType type, boolean nullable, boolean identity, boolean computed) {
  public ResultColumn(String name, SqlType type, boolean nullable) {
    this(name, type, nullable, false, false);
  }
}
