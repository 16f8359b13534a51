package dev.renkei.demo;

import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.SourceRows.RowHash;
import dev.renkei.demo.SourceRows.Tracked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One table, source against warehouse: every row by every column, the version of every tracked key,
 * and nothing twice.
 */
final class TableComparison {
  private static final int PAGE_ROWS = 50_000;

  /** Pages are cut by hash, so they are not all of one size. */
  private static final int MAX_ROWS = 4 * PAGE_ROWS;

  private final ProofTable table;
  private final SourceRows source;
  private final Warehouse warehouse;
  private final Findings findings;

  TableComparison(ProofTable table, SourceRows source, Warehouse warehouse, Findings findings) {
    this.table = table;
    this.source = source;
    this.warehouse = warehouse;
    this.findings = findings;
  }

  void run() throws WarehouseException {
    if (!isThere()) {
      source.rows().keySet().forEach(this::missing);
      return;
    }
    rows();
    deletes();
    twice(table.view(), "", "more than once in the current table");
    twice(table.log(), ", _sequence", "more than once in the log with one sequence");
  }

  private boolean isThere() throws WarehouseException {
    String sql =
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = '%s' AND table_name = '%s'"
            .formatted(
                table.name().schema().replace("'", "''"), table.name().table().replace("'", "''"));
    return number(sql) > 0;
  }

  private void rows() throws WarehouseException {
    long pages = number("SELECT count(*) FROM " + table.view()) / PAGE_ROWS + 1;
    for (long page = 0; page < pages; page++) {
      rowsOf(page, pages);
    }
    source.rows().forEach(this::missingUnlessMet);
  }

  private void rowsOf(long page, long pages) throws WarehouseException {
    List<ProofColumn> columns = table.columns();
    QueryResult found =
        warehouse.query(
            "SELECT %s, CAST(_sequence AS VARCHAR) FROM %s WHERE hash(%s) %% %d = %d"
                .formatted(
                    ProofTable.duckList(columns), table.view(), table.duckKeyList(), pages, page),
            MAX_ROWS);
    if (found.truncated()) {
      throw new IllegalStateException(table.name() + ": a page of more rows than thought possible");
    }
    int[] key = table.key().stream().mapToInt(columns::indexOf).toArray();
    for (List<@Nullable Object> row : found.rows()) {
      @Nullable String[] texts = new String[columns.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = columns.get(i).ofWarehouse(row.get(i));
      }
      List<@Nullable String> keyTexts = new ArrayList<>();
      for (int position : key) {
        keyTexts.add(texts[position]);
      }
      row(table.keyText(keyTexts), RowHash.of(texts), stamp(row.get(texts.length)));
    }
  }

  private void missingUnlessMet(String key, RowHash hash) {
    if (!hash.met()) {
      missing(key);
    }
  }

  private void missing(String key) {
    findings.different(table.name(), key, "the source has this row, the warehouse does not");
  }

  private void row(String key, RowHash here, Stamp stamp) {
    RowHash there = source.rows().get(key);
    if (there == null) {
      findings.different(
          table.name(), key, "the source has deleted this row, the warehouse still has it");
      return;
    }
    there.meet();
    int column = there.differsAt(here);
    if (column >= 0) {
      findings.different(
          table.name(), key, "column " + table.columns().get(column).name() + " differs");
    }
    Tracked tracked = source.tracked().get(key);
    if (tracked != null && !stamp.holds(tracked.version())) {
      findings.lost(
          table.name(),
          key,
          "the source has version %d, the warehouse %d"
              .formatted(tracked.version(), stamp.version()));
    }
  }

  /** Deleted keys must end in the log as deleted, with the version of their delete. */
  private void deletes() throws WarehouseException {
    long firstSnapshot = firstSnapshot();
    String last =
        "SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1"
            .formatted(table.log());
    String sql =
        "SELECT %s, CAST(_sequence AS VARCHAR) FROM (%s) WHERE _type = 'D'"
            .formatted(ProofTable.duckList(table.key()), last);
    Map<String, Stamp> deleted = new HashMap<>();
    for (List<@Nullable Object> row : warehouse.query(sql, Integer.MAX_VALUE).rows()) {
      deleted.put(keyOf(row), stamp(row.get(table.key().size())));
    }
    source
        .tracked()
        .forEach(
            (name, tracked) -> {
              if (tracked.deleted()) {
                deleted(name, tracked.version(), deleted.get(name), firstSnapshot);
              }
            });
  }

  private void deleted(String key, long version, @Nullable Stamp stamp, long firstSnapshot) {
    if (stamp == null && version > firstSnapshot) {
      findings.lost(
          table.name(),
          key,
          "deleted at version %d, and the log does not end so".formatted(version));
    } else if (stamp != null && !stamp.holds(version)) {
      findings.lost(
          table.name(),
          key,
          "deleted at version %d, in the log at %d".formatted(version, stamp.version()));
    }
  }

  /** Whatever was deleted up to there never had to come. */
  private long firstSnapshot() throws WarehouseException {
    QueryResult first =
        warehouse.query(
            "SELECT CAST(min(_sequence) AS VARCHAR) FROM %s WHERE _type = 'R'"
                .formatted(table.log()),
            1);
    Object value = first.rows().get(0).get(0);
    return value == null ? 0 : stamp(value).version();
  }

  private void twice(String where, String also, String what) throws WarehouseException {
    String keys =
        table.key().stream()
            .map(column -> "any_value(" + column.duckSql() + ")")
            .collect(Collectors.joining(", "));
    QueryResult found =
        warehouse.query(
            "SELECT %s FROM %s GROUP BY %s%s HAVING count(*) > 1"
                .formatted(keys, where, table.duckKeyList(), also),
            Integer.MAX_VALUE);
    for (List<@Nullable Object> row : found.rows()) {
      findings.duplicated(table.name(), keyOf(row), what);
    }
  }

  /** The key of a row that begins with it. */
  private String keyOf(List<@Nullable Object> row) {
    List<ProofColumn> key = table.key();
    List<@Nullable String> texts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      texts.add(key.get(i).ofWarehouse(row.get(i)));
    }
    return table.keyText(texts);
  }

  private long number(String sql) throws WarehouseException {
    Object value = warehouse.query(sql, 1).rows().get(0).get(0);
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static Stamp stamp(@Nullable Object packed) {
    long sequence = Long.parseUnsignedLong(String.valueOf(packed));
    return new Stamp(sequence >>> 12 & (1L << 40) - 1, (int) (sequence & 0xFFF));
  }

  /** A sequence without its epoch, taken apart by hand. */
  private record Stamp(long version, int snapshot) {
    /** A row of a snapshot stands for all versions up to its own. */
    boolean holds(long expected) {
      return snapshot == 0 ? version == expected : version >= expected;
    }
  }
}
