package dev.renkei.bigquery.standin.store;

import java.util.Locale;

/** BigQuery's scalar types that the stand-in keeps, and what they are in DuckDB. */
public enum ColumnType {
  BOOL("BOOLEAN", "BOOLEAN"),
  INT64("BIGINT", "INTEGER"),
  FLOAT64("DOUBLE", "FLOAT"),
  NUMERIC("DECIMAL(38,9)", "NUMERIC"),
  /** As text that sorts like the number, see {@link BigNumeric}. */
  BIGNUMERIC("VARCHAR", "BIGNUMERIC"),
  STRING("VARCHAR", "STRING"),
  BYTES("BLOB", "BYTES"),
  DATE("DATE", "DATE"),
  DATETIME("TIMESTAMP", "DATETIME"),
  TIME("TIME", "TIME"),
  TIMESTAMP("TIMESTAMPTZ", "TIMESTAMP"),
  JSON("JSON", "JSON");

  private final String duck;
  private final String rest;

  ColumnType(String duck, String rest) {
    this.duck = duck;
    this.rest = rest;
  }

  /** The type's name in DuckDB. */
  public String duck() {
    return duck;
  }

  /** The type's name in table resources and results. */
  public String rest() {
    return rest;
  }

  /**
   * @param name a name of GoogleSQL or of the REST API, any case, without parameters
   * @throws ApiException for a type that the stand-in does not keep
   */
  public static ColumnType of(String name) {
    switch (name.toUpperCase(Locale.ROOT)) {
      case "BOOL", "BOOLEAN":
        return BOOL;
      case "INT64", "INTEGER", "INT", "SMALLINT", "BIGINT", "TINYINT", "BYTEINT":
        return INT64;
      case "FLOAT64", "FLOAT", "DOUBLE":
        return FLOAT64;
      case "NUMERIC", "DECIMAL":
        return NUMERIC;
      case "BIGNUMERIC", "BIGDECIMAL":
        return BIGNUMERIC;
      case "STRING":
        return STRING;
      case "BYTES":
        return BYTES;
      case "DATE":
        return DATE;
      case "DATETIME":
        return DATETIME;
      case "TIME":
        return TIME;
      case "TIMESTAMP":
        return TIMESTAMP;
      case "JSON":
        return JSON;
      default:
        throw ApiException.notHere("the type " + name);
    }
  }
}
