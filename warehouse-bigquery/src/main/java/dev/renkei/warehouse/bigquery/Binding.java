package dev.renkei.warehouse.bigquery;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How rows of one schema fill the fields of a stored table; by position. */
final class Binding {
  static final int ABSENT = -1;

  private final StoredColumn[] columns;
  private final int[] numbers;
  private final int[] rowPositions;
  private final int[] keyPositions;
  private final List<List<Kept>> keptOf = new ArrayList<>();
  private final boolean partial;

  /**
   * A field that keeps its value when a row of the schema is written (SEMANTICS 19).
   *
   * @param number in a row as it is sent
   */
  record Kept(Field field, int number) {}

  Binding(StoredTable table, TableSchema schema) {
    List<Column> key = schema.key();
    columns = table.columns().toArray(StoredColumn[]::new);
    numbers = new int[columns.length];
    rowPositions = new int[columns.length];
    keyPositions = new int[columns.length];
    Arrays.fill(keyPositions, ABSENT);
    for (int i = 0; i < columns.length; i++) {
      String name = columns[i].source();
      numbers[i] = numberOf(table, columns[i].written());
      rowPositions[i] = schema.indexOf(name).orElse(ABSENT);
      keptOf.add(
          rowPositions[i] != ABSENT
              ? List.of()
              : columns[i].fields().stream().map(f -> new Kept(f, numberOf(table, f))).toList());
      for (int k = 0; k < key.size(); k++) {
        if (key.get(k).name().equalsIgnoreCase(name)) {
          keyPositions[i] = k;
        }
      }
    }
    partial = keptOf.stream().anyMatch(k -> !k.isEmpty());
  }

  /** The number of a field in a row as it is sent. */
  static int numberOf(StoredTable table, Field field) {
    return OwnColumns.FIRST_OF_SOURCE + table.fields().indexOf(field);
  }

  int size() {
    return columns.length;
  }

  StoredColumn column(int i) {
    return columns[i];
  }

  int number(int i) {
    return numbers[i];
  }

  /** In the row, of a column of the table; -1 where the schema has no such column. */
  int rowPosition(int i) {
    return rowPositions[i];
  }

  /** In the key; -1 for a column outside it. */
  int keyPosition(int i) {
    return keyPositions[i];
  }

  /** The fields of a column that keep their values; none where rows of the schema fill it. */
  List<Kept> kept(int i) {
    return keptOf.get(i);
  }

  /** Of all columns; empty where rows of the schema fill every one. */
  List<Kept> kept() {
    return keptOf.stream().flatMap(List::stream).toList();
  }

  /** Whether rows of the schema leave columns that keep their values. */
  boolean isPartial() {
    return partial;
  }
}
