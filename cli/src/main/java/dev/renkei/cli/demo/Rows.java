package dev.renkei.cli.demo;

import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers of a warehouse as texts. */
final class Rows {
  private static final int ALL = Integer.MAX_VALUE - 1;

  private Rows() {}

  /** A row's values, NULL as null. */
  static List<List<@Nullable String>> of(Warehouse warehouse, String sql)
      throws WarehouseException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : warehouse.query(sql, ALL).rows()) {
      List<@Nullable String> texts = new ArrayList<>();
      for (Object value : row) {
        texts.add(value == null ? null : value.toString());
      }
      rows.add(texts);
    }
    return rows;
  }

  /** The only column of a query. */
  static Set<String> texts(Warehouse warehouse, String sql) throws WarehouseException {
    Set<String> texts = new HashSet<>();
    for (List<@Nullable String> row : of(warehouse, sql)) {
      texts.add(String.valueOf(row.get(0)));
    }
    return texts;
  }

  /** The only number of a query. */
  static long number(Warehouse warehouse, String sql) throws WarehouseException {
    return Long.parseLong(String.valueOf(of(warehouse, sql).get(0).get(0)));
  }
}
