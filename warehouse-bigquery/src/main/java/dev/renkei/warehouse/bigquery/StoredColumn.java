package dev.renkei.warehouse.bigquery;

import java.util.List;

/**
 * A column of the source as the warehouse has it. A type that grows beyond what a field holds opens
 * another field, since BigQuery's tables are only ever added to; the last one is written, and views
 * show them as one.
 *
 * @param fields at least one, in the order in which they were added
 */
record StoredColumn(List<Field> fields) {
  StoredColumn {
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a column without a field");
    }
  }

  /**
   * One column of BigQuery's tables.
   *
   * @param name unique ignoring case
   * @param source the column of the source that it was made for
   */
  record Field(String name, String source, BigType type) {}

  String source() {
    return fields.get(0).source();
  }

  /** As views call it. */
  String name() {
    return fields.get(0).name();
  }

  /** The one that values go to. */
  Field written() {
    return fields.get(fields.size() - 1);
  }

  /** The value of all fields as one, in SQL. */
  String expression() {
    if (fields.size() == 1) {
      return Names.quoted(name());
    }
    StringBuilder sql = new StringBuilder("COALESCE(");
    for (int i = fields.size() - 1; i >= 0; i--) {
      Field field = fields.get(i);
      sql.append(converted(field, written().type())).append(i == 0 ? ")" : ", ");
    }
    return sql.append(" AS ").append(Names.quoted(name())).toString();
  }

  private static String converted(Field field, BigType to) {
    String name = Names.quoted(field.name());
    if (field.type() == to) {
      return name;
    }
    return field.type() == BigType.BYTES
        ? "TO_HEX(%s)".formatted(name)
        : "CAST(%s AS %s)".formatted(name, to);
  }
}
