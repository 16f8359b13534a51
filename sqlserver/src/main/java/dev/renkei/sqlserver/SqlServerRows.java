package dev.renkei.sqlserver;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.source.SourceRows;
import dev.renkei.core.source.SourceRowsException;
import dev.renkei.sqlserver.ChangeReader.Header;
import dev.renkei.sqlserver.SourceTable.Tracking;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a SQL Server's tables beside the tracking: statements of a moment, each for some rows, so
 * that nothing stays open while they are dealt with. What passes is tried again for a minute or so.
 */
public final class SqlServerRows implements SourceRows {
  private static final int MOST_ROWS = 2_000;
  private static final long MOST_BYTES = 8L << 20;
  private static final int MOST_KEYS = 100;
  private static final int MOST_PARAMETERS = 2_000;
  private static final int TRIES = 8;

  private final SourceConfig source;
  private final TablesConfig tables;
  private final RowFilter filter;
  private final SourceConnections connections;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Pace pace;
  private final int chunkRows;
  private final Map<TableName, SourceTable> known = new HashMap<>();
  private boolean snapshotIsolation;

  /**
   * Connects when it is asked something.
   *
   * @param application what the server shows of it
   * @param rowsPerSecond at most
   */
  public SqlServerRows(
      SourceConfig source,
      TablesConfig tables,
      RowFilter filter,
      String application,
      int rowsPerSecond) {
    this.source = source;
    this.tables = tables;
    this.filter = filter;
    this.connections = new SourceConnections(source.sqlserver(), application);
    this.pace = new Pace(rowsPerSecond, closing);
    this.chunkRows = Math.min(MOST_ROWS, rowsPerSecond);
  }

  @Override
  public Standing look(TableName name) throws SourceRowsException, InterruptedException {
    return use(name, connection -> lookOn(connection, name));
  }

  private Standing lookOn(Connection connection, TableName name)
      throws SQLException, SourceRowsException {
    Header header =
        ChangeReader.header(connection, name)
            .orElseThrow(
                () ->
                    refused(
                        name, "the source has no such table, or this login may not see it", ""));
    Tracking tracking = header.tracking();
    SourceTable before = known.get(name);
    if (before == null || !before.shape().equals(header.shape())) {
      SourceTable read = read(connection, name);
      filter.prepare(read.schema());
      known.put(name, read);
      snapshotIsolation =
          source.isolation() != Isolation.READ_COMMITTED
              && SqlServerCatalog.database(connection).snapshotIsolation();
    }
    SourceTable table = table(name);
    if (table.schema().key().isEmpty()) {
      throw refused(
          name,
          "it has no primary key, so that nothing tells which of its rows changed meanwhile",
          "`renkei reload %s` loads it again".formatted(name));
    }
    if (!Position.isOrdered(table.schema().key())) {
      throw refused(name, "rows cannot be asked for by a key of sql_variant", "");
    }
    if (tracking == null) {
      throw refused(
          name, "Change Tracking is off for it", "switch it on; `renkei check` shows the T-SQL");
    }
    if (tracking.minValid() == null) {
      throw refused(
          name,
          "the permission VIEW CHANGE TRACKING is missing",
          "grant it; `renkei check` shows the T-SQL");
    }
    return new Standing(
        table.schema(),
        table.schemaId(),
        header.shape().objectId(),
        tracking.begin(),
        header.current());
  }

  private SourceTable read(Connection connection, TableName name)
      throws SQLException, SourceRowsException {
    List<String> why = new ArrayList<>();
    SourceTable table =
        SqlServerCatalog.tables(
                connection,
                name::equals,
                one -> tables.settings(one).excludeColumns(),
                (one, reason) -> why.add(reason))
            .get(name);
    if (table == null) {
      throw refused(name, why.isEmpty() ? "it cannot be read" : String.join("; ", why), "");
    }
    return table;
  }

  private static SourceRowsException refused(TableName table, String why, String cure) {
    return new SourceRowsException(
        "%s cannot be compared: %s%s.".formatted(table, why, cure.isEmpty() ? "" : "; " + cure),
        true);
  }

  private SourceTable table(TableName name) {
    SourceTable table = known.get(name);
    if (table == null) {
      throw new IllegalStateException(name + " was not looked at");
    }
    return table;
  }

  @Override
  public <E extends Exception> void all(Standing standing, Sink<E> sink)
      throws E, SourceRowsException, InterruptedException {
    SourceTable table = table(standing.table());
    KeyOrderedRows ordered =
        new KeyOrderedRows(table, new RowReader(table.schema().columns()), List.of(), chunkRows);
    List<@Nullable Object> after = null;
    while (true) {
      List<@Nullable Object> from = after;
      Chunk chunk = use(table.name(), connection -> chunk(connection, ordered, from));
      sink.take(chunk.admitted());
      after = chunk.last();
      if (after == null || chunk.wasLast()) {
        return;
      }
      pace.take(chunk.read());
    }
  }

  /**
   * What a statement has brought.
   *
   * @param admitted by the row filter
   * @param last the key of the last row; null where there was none
   */
  private record Chunk(
      List<ReadRow> admitted, int read, @Nullable List<@Nullable Object> last, boolean wasLast) {}

  private Chunk chunk(
      Connection connection, KeyOrderedRows ordered, @Nullable List<@Nullable Object> after)
      throws SQLException {
    SourceTable table = ordered.table();
    List<ReadRow> admitted = new ArrayList<>();
    List<@Nullable Object> last = null;
    int read = 0;
    long bytes = 0;
    try (OpenRead open = ordered.open(connection, after)) {
      ResultSet rows = open.statement().executeQuery();
      while (rows.next()) {
        @Nullable Object[] values = ordered.reader().read(rows, 1);
        last = take(table, values, admitted);
        read++;
        bytes += weight(values);
        if (bytes > MOST_BYTES) {
          open.abandon();
          return new Chunk(admitted, read, last, false);
        }
      }
    }
    return new Chunk(admitted, read, last, read < ordered.chunkRows());
  }

  private List<@Nullable Object> take(
      SourceTable table, @Nullable Object[] values, List<ReadRow> admitted) {
    Row row = new Row(table.schema(), values);
    List<@Nullable Object> key = table.folding().keyValues(row);
    if (filter.admits(row)) {
      admitted.add(new ReadRow(table.folding().fold(key), key, row));
    }
    return key;
  }

  private static long weight(@Nullable Object[] values) {
    long bytes = 0;
    for (Object value : values) {
      if (value instanceof String text) {
        bytes += 2L * text.length();
      } else if (value instanceof byte[] raw) {
        bytes += raw.length;
      }
    }
    return bytes;
  }

  @Override
  public <E extends Exception> void some(Standing standing, Collection<RowKey> keys, Sink<E> sink)
      throws E, SourceRowsException, InterruptedException {
    SourceTable table = table(standing.table());
    RowReader reader = new RowReader(table.schema().columns());
    for (List<RowKey> few : few(table, keys)) {
      String sql =
          "SELECT %s FROM %s AS t WHERE %s"
              .formatted(
                  reader.selectList("t"), Names.quoted(table.name()), any("t", table, few.size()));
      sink.take(
          use(
              table.name(),
              connection -> {
                List<ReadRow> admitted = new ArrayList<>();
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                  bind(statement, 1, table, few);
                  ResultSet rows = statement.executeQuery();
                  while (rows.next()) {
                    var unused = take(table, reader.read(rows, 1), admitted);
                  }
                }
                return admitted;
              }));
      pace.take(few.size());
    }
  }

  @Override
  public Set<RowKey> changed(Standing standing, long after, Collection<RowKey> keys)
      throws SourceRowsException, InterruptedException {
    SourceTable table = table(standing.table());
    RowReader reader = new RowReader(table.schema().key());
    Set<RowKey> changed = new HashSet<>();
    for (List<RowKey> few : few(table, keys)) {
      String sql =
          "SELECT %s FROM CHANGETABLE(CHANGES %s, ?) AS c WHERE %s"
              .formatted(
                  reader.selectList("c"), Names.quoted(table.name()), any("c", table, few.size()));
      changed.addAll(
          use(
              table.name(),
              connection -> {
                List<RowKey> found = new ArrayList<>();
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                  statement.setLong(1, after);
                  bind(statement, 2, table, few);
                  ResultSet rows = statement.executeQuery();
                  while (rows.next()) {
                    found.add(table.folding().fold(List.of(reader.read(rows, 1))));
                  }
                }
                return found;
              }));
    }
    refuseLostHistory(standing, after);
    return changed;
  }

  /** Asked afterwards: what was lost before the question counts too. */
  private void refuseLostHistory(Standing standing, long after)
      throws SourceRowsException, InterruptedException {
    Header header =
        use(standing.table(), connection -> ChangeReader.header(connection, standing.table()))
            .orElse(null);
    Validity validity =
        header == null
            ? Validity.RECREATED
            : Validity.of(
                new Validity.Identity(standing.objectId(), standing.beginVersion()),
                after,
                header.shape().objectId(),
                header.tracking(),
                header.current());
    if (validity != Validity.HOLDS) {
      throw new SourceRowsException(
          "%s cannot be compared to the end: %s. Compare it again when it is loaded again."
              .formatted(standing.table(), validity.sentence()),
          false);
    }
  }

  private static List<List<RowKey>> few(SourceTable table, Collection<RowKey> keys) {
    int most = Math.max(1, Math.min(MOST_KEYS, MOST_PARAMETERS / table.schema().key().size()));
    List<RowKey> all = List.copyOf(keys);
    List<List<RowKey>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      parts.add(all.subList(from, Math.min(all.size(), from + most)));
    }
    return parts;
  }

  private static String any(String alias, SourceTable table, int keys) {
    String one =
        table.schema().key().stream()
            .map(column -> Position.term(alias, column, "="))
            .collect(Collectors.joining(" AND ", "(", ")"));
    return String.join(" OR ", java.util.Collections.nCopies(keys, one));
  }

  private static void bind(
      PreparedStatement statement, int from, SourceTable table, List<RowKey> keys)
      throws SQLException {
    List<Column> columns = table.schema().key();
    int at = from;
    for (RowKey key : keys) {
      List<Object> values = table.folding().unfold(key);
      for (int i = 0; i < columns.size(); i++) {
        Position.bind(statement, at++, columns.get(i), values.get(i));
      }
    }
  }

  private interface Asking<T> {
    T on(Connection connection) throws SQLException, SourceRowsException;
  }

  /** Asks the source, again where that may help. */
  private <T> T use(TableName table, Asking<T> asking)
      throws SourceRowsException, InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return once(table, asking);
      } catch (SQLException e) {
        FailureKind kind = FailureKind.of(e);
        boolean passes = kind == FailureKind.TRANSIENT || kind == FailureKind.CONNECTION;
        if (!passes || failures == TRIES || closing.getCount() == 0) {
          throw new SourceRowsException(
              "%s: the source cannot be read: %s; %s."
                  .formatted(table, e.getMessage(), kind.cure()),
              e);
        }
        long wait = kind.delay(failures, ThreadLocalRandom.current().nextDouble()).toMillis();
        if (closing.await(wait, TimeUnit.MILLISECONDS)) {
          throw new InterruptedException("closing");
        }
      } catch (RowFilterException e) {
        throw new SourceRowsException(
            "%s: %s; %s.".formatted(table, e.getMessage(), FailureKind.FILTER.cure()), e);
      }
    }
  }

  private <T> T once(TableName table, Asking<T> asking)
      throws SQLException, SourceRowsException, InterruptedException {
    List<SourceRowsException> told = new ArrayList<>();
    try {
      T answer =
          connections
              .use(
                  tables.settings(table).lockTimeout(),
                  connection -> {
                    SourceConnections.execute(
                        connection,
                        "SET TRANSACTION ISOLATION LEVEL "
                            + (snapshotIsolation ? "SNAPSHOT" : "READ COMMITTED"));
                    try {
                      return new Answer<T>(asking.on(connection));
                    } catch (SourceRowsException e) {
                      told.add(e);
                      return new Answer<T>(null);
                    }
                  })
              .value();
      if (!told.isEmpty()) {
        throw told.get(0);
      }
      return java.util.Objects.requireNonNull(answer);
    } catch (HubException e) {
      throw new IllegalStateException("the source is no hub", e);
    }
  }

  private record Answer<T>(@Nullable T value) {}

  @Override
  public void close() {
    closing.countDown();
    connections.close();
  }
}
