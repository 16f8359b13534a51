package dev.renkei.warehouse.bigquery;

import java.util.List;

/** The columns of BigQuery's tables that are not the source's, with their place in a row. */
final class OwnColumns {
  static final Own KEY = new Own("_key", BigType.STRING, 1);
  static final Own SEQUENCE = new Own("_sequence", BigType.NUMERIC, 2);
  static final Own CHANGED_AT = new Own("_changed_at", BigType.TIMESTAMP, 3);
  static final Own LOADED_AT = new Own("_loaded_at", BigType.TIMESTAMP, 4);
  static final Own EXACT = new Own("_exact", BigType.STRING, 5);
  static final Own DELETED = new Own("_deleted", BigType.BOOL, 6);
  static final Own TYPE = new Own("_type", BigType.STRING, 7);
  static final Own MESSAGE_ID = new Own("_message_id", BigType.STRING, 8);
  static final Own CHANGED_COLUMNS = new Own("_changed_columns", BigType.STRING, 9);
  static final Own SCHEMA_ID = new Own("_schema_id", BigType.STRING, 10);
  static final Own CONTENT = new Own("_content", BigType.INT64, 11);

  /** What tells BigQuery to write a row over its key's last; columns of no table. */
  static final Own CHANGE_TYPE = new Own("_CHANGE_TYPE", BigType.STRING, 14);

  static final Own CHANGE_SEQUENCE = new Own("_CHANGE_SEQUENCE_NUMBER", BigType.STRING, 15);

  /** The field number of the source's first column. */
  static final int FIRST_OF_SOURCE = 16;

  static final List<Own> OF_UPSERTS = List.of(KEY, SEQUENCE, DELETED, CHANGED_AT, LOADED_AT, EXACT);

  static final List<Own> OF_LOG =
      List.of(
          SEQUENCE,
          TYPE,
          KEY,
          MESSAGE_ID,
          CHANGED_AT,
          LOADED_AT,
          CHANGED_COLUMNS,
          SCHEMA_ID,
          EXACT,
          CONTENT);

  private OwnColumns() {}

  /**
   * One of them.
   *
   * @param number of its field in a row as it is sent
   */
  record Own(String name, BigType type, int number) {}
}
