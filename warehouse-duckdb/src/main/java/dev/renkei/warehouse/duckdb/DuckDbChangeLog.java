package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.ChangeLog;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a file, read by queries in pages, so that whoever has the file open may answer them:
 * this process, or the one that loads it.
 */
public final class DuckDbChangeLog implements ChangeLog {
  /** Rows of a page; each may be as long as the columns that are asked for. */
  static final int PAGE = 20_000;

  /** A page is sorted out of one of at most so many parts of the log. */
  private static final int PARTS = 1_000;

  /** A change is no row that was found gone after a snapshot. */
  private static final String NOT_SWEPT = "NOT (_type = 'D' AND _sequence & 4095 <> 0)";

  private final Queries queries;
  private final int page;

  /** Whoever answers a query. */
  public interface Queries {
    /** At most so many rows come back. */
    QueryResult query(String sql, int maxRows) throws WarehouseException;
  }

  public DuckDbChangeLog(Queries queries) {
    this(queries, PAGE);
  }

  DuckDbChangeLog(Queries queries, int page) {
    this.queries = queries;
    this.page = page;
  }

  @Override
  public Optional<Extent> extent(TableName table) throws WarehouseException {
    Optional<StoredTable> stored = stored(table);
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    List<@Nullable Object> row =
        rows("SELECT CAST(count(*) AS VARCHAR), CAST(coalesce(max(_sequence), 0) AS VARCHAR) FROM %s WHERE %s"
                .formatted(stored.get().log(), NOT_SWEPT))
            .get(0);
    return Optional.of(
        new Extent(
            stored.get().name(), Long.parseLong(String.valueOf(row.get(0))), sequence(row.get(1))));
  }

  @Override
  public void read(Extent extent, Set<String> columns, Schemas schemas, Consumer<Change> to)
      throws WarehouseException {
    StoredTable table =
        stored(extent.table())
            .orElseThrow(
                () -> new WarehouseException(extent.table() + ": the warehouse has lost it."));
    List<StoredColumn> wanted =
        table.columns().stream()
            .filter(
                c -> c.keyOrdinal() > 0 || columns.stream().anyMatch(c.source()::equalsIgnoreCase))
            .toList();
    Sequence from = Sequence.ZERO;
    for (Sequence until : ends(table, extent)) {
      readPart(table, wanted, from, until, schemas, to);
      from = until;
    }
  }

  /** One part of the log, page by page: as many changes as there may be of one version. */
  private void readPart(
      StoredTable table,
      List<StoredColumn> wanted,
      Sequence from,
      Sequence until,
      Schemas schemas,
      Consumer<Change> to)
      throws WarehouseException {
    String selected =
        wanted.stream().map(c -> ", " + LogValues.asked(c)).collect(Collectors.joining());
    String after = "_sequence > %s".formatted(number(from));
    while (true) {
      List<List<@Nullable Object>> rows =
          rows(
              "SELECT %s%s FROM %s WHERE %s AND _sequence <= %s AND %s ORDER BY _sequence, _key LIMIT %d"
                  .formatted(
                      LogRow.OWN, selected, table.log(), after, number(until), NOT_SWEPT, page));
      LogRow last = null;
      for (List<@Nullable Object> values : rows) {
        last = new LogRow(table, wanted, values);
        to.accept(last.change(schemas));
      }
      if (last == null || rows.size() < page) {
        return;
      }
      after =
          "_sequence >= %1$s AND (_sequence > %1$s OR _key > %2$s)"
              .formatted(number(last.sequence()), Names.literal(last.key()));
    }
  }

  /** Where parts of the log end, of about a page each, so that no page sorts all that is left. */
  private List<Sequence> ends(StoredTable table, Extent extent) throws WarehouseException {
    int parts = (int) Math.min(PARTS, extent.changes() / page + 1);
    List<Sequence> ends = new ArrayList<>();
    if (parts > 1) {
      String shares =
          IntStream.range(1, parts)
              .mapToObj(i -> String.valueOf((double) i / parts))
              .collect(Collectors.joining(", "));
      for (List<@Nullable Object> row :
          rows(
              "SELECT DISTINCT CAST(unnest(approx_quantile(_sequence, [%s])) AS VARCHAR) FROM %s"
                  .formatted(shares, table.log()))) {
        ends.add(sequence(row.get(0)));
      }
    }
    ends.add(extent.upTo());
    return ends.stream().filter(end -> end.compareTo(extent.upTo()) <= 0).sorted().toList();
  }

  private Optional<StoredTable> stored(TableName table) throws WarehouseException {
    List<List<@Nullable Object>> rows =
        rows(
            """
            SELECT t.id, t.source, t.schema_name, t.table_name, c.source_name, c.name, c.type, c.key_ordinal
            FROM _renkei.tables t JOIN _renkei.columns c ON c.table_id = t.id
            WHERE lower(t.schema_name) = lower(%s) AND lower(t.table_name) = lower(%s) ORDER BY c.position"""
                .formatted(Names.literal(table.schema()), Names.literal(table.table())));
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<StoredColumn> columns = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      columns.add(
          new StoredColumn(
              String.valueOf(row.get(4)),
              String.valueOf(row.get(5)),
              DuckType.ofSql(String.valueOf(row.get(6))),
              Integer.parseInt(String.valueOf(row.get(7)))));
    }
    List<@Nullable Object> first = rows.get(0);
    return Optional.of(
        new StoredTable(
            Integer.parseInt(String.valueOf(first.get(0))),
            String.valueOf(first.get(1)),
            new TableName(String.valueOf(first.get(2)), String.valueOf(first.get(3))),
            columns));
  }

  private List<List<@Nullable Object>> rows(String sql) throws WarehouseException {
    return queries.query(sql, Math.max(page, PAGE)).rows();
  }

  private static String number(Sequence sequence) {
    return "CAST(%s AS UBIGINT)".formatted(Long.toUnsignedString(sequence.packed()));
  }

  private static Sequence sequence(@Nullable Object number) {
    return Sequence.unpacked(new BigInteger(String.valueOf(number)).longValue());
  }
}
