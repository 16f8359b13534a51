package dev.renkei.standin.suite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tracker by the rules of CHANGE-TRACKING.md that applies the changes of two tables to a mirror.
 */
final class MirroringTracker {
  /** How a poll sees one moment. */
  enum Consistency {
    /** Rule 18: one SNAPSHOT transaction. */
    SNAPSHOT,
    /** Rule 19: validity before and after, and nothing above the bound. */
    READ_COMMITTED
  }

  private final Client client;
  private final Consistency consistency;
  private final Mirror accounts =
      new Mirror("dbo.account", List.of("region", "id"), List.of("balance", "note"));
  private final Mirror events = new Mirror("dbo.event", List.of("id"), List.of("what", "n"));
  private long cursor;
  private long polls;
  private long changes;

  MirroringTracker(Client client, Consistency consistency) throws SQLException {
    this.client = client;
    this.consistency = consistency;
    if (consistency == Consistency.SNAPSHOT) {
      client.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT");
    }
  }

  Map<List<@Nullable Object>, List<@Nullable Object>> accounts() {
    return accounts.rows();
  }

  Map<List<@Nullable Object>, List<@Nullable Object>> events() {
    return events.rows();
  }

  /** Reads what changed since the last poll. */
  void poll() throws SQLException {
    boolean snapshot = consistency == Consistency.SNAPSHOT;
    if (snapshot) {
      client.run("BEGIN TRAN; SELECT TOP 1 id FROM dbo.event");
    }
    checkValid();
    long bound = client.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()");
    if (bound < cursor) {
      throw new AssertionError(this + ": the version ran backwards to " + bound);
    }
    poll(accounts, bound);
    poll(events, bound);
    checkValid();
    if (snapshot) {
      client.run("COMMIT TRAN");
    }
    cursor = bound;
    polls++;
  }

  private void checkValid() throws SQLException {
    long minimum =
        client.number(
            "SELECT MAX(v) FROM (VALUES (CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'dbo.account'))),"
                + " (CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'dbo.event')))) AS m (v)");
    if (minimum > cursor) {
      throw new AssertionError(this + ": lost its cursor to " + minimum);
    }
  }

  private void poll(Mirror mirror, long bound) throws SQLException {
    for (List<@Nullable Object> change : client.rows(mirror.query(), cursor)) {
      changes++;
      long version = ((Number) java.util.Objects.requireNonNull(change.get(0))).longValue();
      boolean delete = "D".equals(change.get(1));
      boolean present = change.get(2) != null;
      if (version <= cursor) {
        throw new AssertionError(this + ": not after the cursor: " + change);
      }
      if (delete == present && (delete || consistency == Consistency.SNAPSHOT)) {
        throw new AssertionError(this + ": operation and row disagree: " + change);
      }
      if (version > bound) {
        if (consistency == Consistency.SNAPSHOT) {
          throw new AssertionError(this + ": newer than the bound " + bound + ": " + change);
        }
      } else {
        mirror.apply(change, delete || !present);
      }
    }
  }

  @Override
  public String toString() {
    return "%s[cursor=%d, polls=%d, changes=%d]".formatted(consistency, cursor, polls, changes);
  }

  /** The copy of one table. */
  private static final class Mirror {
    private final Map<List<@Nullable Object>, List<@Nullable Object>> rows = new HashMap<>();
    private final String query;
    private final int keyColumns;

    /**
     * @param columns the columns beside the key
     */
    Mirror(String table, List<String> key, List<String> columns) {
      keyColumns = key.size();
      query =
          "SELECT c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, t.id AS present, %s, %s, %s FROM CHANGETABLE(CHANGES %s, ?) AS c LEFT OUTER JOIN %s AS t ON %s ORDER BY c.SYS_CHANGE_VERSION"
              .formatted(
                  key.stream().map(k -> "c." + k).collect(Collectors.joining(", ")),
                  key.stream().map(k -> "t." + k).collect(Collectors.joining(", ")),
                  columns.stream().map(k -> "t." + k).collect(Collectors.joining(", ")),
                  table,
                  table,
                  key.stream()
                      .map(k -> "t.%1$s = c.%1$s".formatted(k))
                      .collect(Collectors.joining(" AND ")));
    }

    String query() {
      return query;
    }

    Map<List<@Nullable Object>, List<@Nullable Object>> rows() {
      return rows.values().stream()
          .collect(Collectors.toMap(row -> row.subList(0, keyColumns), row -> row));
    }

    void apply(List<@Nullable Object> change, boolean gone) {
      List<@Nullable Object> key =
          change.subList(3, 3 + keyColumns).stream()
              .map(part -> part instanceof String s ? s.toUpperCase(Locale.ROOT) : part)
              .toList();
      if (gone) {
        rows.remove(key);
      } else {
        rows.put(key, new ArrayList<>(change.subList(3 + keyColumns, change.size())));
      }
    }
  }
}
