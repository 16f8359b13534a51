package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A table's rows in two DuckDB tables: what is merged, and upserts that wait for the next reader.
 * Thread-safe: one lock covers what writes, readers see DuckDB's snapshots.
 */
public final class StoredTable implements Relation {
  private static final String SEQUENCE = "\"__standin_sequence\"";
  private static final String GONE = "\"__standin_gone\"";
  private static final String ARRIVAL = "\"__standin_arrival\"";

  private final TableName name;
  private final String physical;
  private final DuckDBConnection connection;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile ObjectNode resource;
  private volatile List<Column> columns;
  private volatile List<String> key;
  private volatile boolean upserted;
  private long arrivals;
  private long waiting;

  StoredTable(TableName name, String physical, ObjectNode resource, DuckDBConnection connection) {
    this.name = name;
    this.physical = physical;
    this.connection = connection;
    this.resource = resource.deepCopy();
    this.columns = Column.ofSchema(resource.path("schema"));
    this.key = keyOf(resource);
  }

  static List<String> keyOf(JsonNode resource) {
    List<String> key = new ArrayList<>();
    for (JsonNode column : resource.path("tableConstraints").path("primaryKey").path("columns")) {
      key.add(column.asText());
    }
    return List.copyOf(key);
  }

  void create() throws SQLException {
    String definitions =
        columns.stream()
            .map(c -> quoted(c.name()) + " " + c.duckType() + ", ")
            .collect(Collectors.joining());
    execute(
        "CREATE TABLE "
            + physical
            + "("
            + definitions
            + SEQUENCE
            + " VARCHAR, "
            + GONE
            + " BOOLEAN)");
    execute(
        "CREATE TABLE "
            + waitingName()
            + "("
            + definitions
            + SEQUENCE
            + " VARCHAR, "
            + GONE
            + " BOOLEAN, "
            + ARRIVAL
            + " BIGINT)");
    connection.commit();
  }

  /** After a restart: what the process before left. */
  void resume() throws SQLException {
    try (Statement statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT count(*), coalesce(max(" + ARRIVAL + "), 0) FROM " + waitingName())) {
      result.next();
      waiting = result.getLong(1);
      arrivals = result.getLong(2);
    }
    try (Statement statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT count(*) FROM (SELECT 1 FROM "
                    + physical
                    + " WHERE "
                    + GONE
                    + " OR "
                    + SEQUENCE
                    + " IS NOT NULL LIMIT 1)")) {
      result.next();
      upserted = waiting > 0 || result.getLong(1) > 0;
    }
    connection.commit();
  }

  @Override
  public TableName name() {
    return name;
  }

  @Override
  public ObjectNode resource() {
    return resource.deepCopy();
  }

  @Override
  public void describe(ObjectNode changed) {
    resource = changed.deepCopy();
    key = keyOf(changed);
  }

  public List<Column> columns() {
    return columns;
  }

  /** The primary key's columns; empty when there is none. */
  public List<String> key() {
    return key;
  }

  /** Whether the table ever took an upsert or a delete: DML is refused from then on. */
  public boolean hadUpserts() {
    return upserted;
  }

  /**
   * Appends all rows or none.
   *
   * @param along SQL that belongs to the same transaction; may be empty
   */
  public void append(List<RowChange> rows, String along) {
    lock.lock();
    try {
      appendLocked(rows);
      if (!along.isEmpty()) {
        execute(along);
      }
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      rollback();
      throw new IllegalStateException("cannot append to " + name + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private void appendLocked(List<RowChange> rows) throws SQLException {
    List<RowChange> plain = new ArrayList<>(rows.size());
    List<RowChange> changes = new ArrayList<>();
    for (RowChange row : rows) {
      (row.kind() == RowChange.Kind.APPEND ? plain : changes).add(row);
    }
    if (!plain.isEmpty()) {
      write(physical, plain, false);
    }
    if (!changes.isEmpty()) {
      upserted = true;
      write(waitingName(), changes, true);
      waiting += changes.size();
    }
  }

  private void write(String table, List<RowChange> rows, boolean change) throws SQLException {
    List<Column> now = columns;
    try (DuckDBAppender appender = connection.createAppender("main", table)) {
      for (RowChange row : rows) {
        appender.beginRow();
        for (int at = 0; at < now.size(); at++) {
          put(appender, at < row.values().length ? row.values()[at] : null);
        }
        if (change) {
          appender.append(row.sequence());
          appender.append(row.kind() == RowChange.Kind.DELETE);
          appender.append(++arrivals);
        } else {
          appender.appendNull();
          appender.append(false);
        }
        appender.endRow();
      }
    }
  }

  private static void put(DuckDBAppender to, @Nullable Object value) throws SQLException {
    if (value == null) {
      to.appendNull();
    } else if (value instanceof String v) {
      to.append(v);
    } else if (value instanceof Long v) {
      to.append(v.longValue());
    } else if (value instanceof Instant v) {
      to.append(Values.utc(v));
    } else if (value instanceof Boolean v) {
      to.append(v.booleanValue());
    } else if (value instanceof Double v) {
      to.append(v.doubleValue());
    } else if (value instanceof BigDecimal v) {
      to.append(v);
    } else if (value instanceof LocalDate v) {
      to.append(v);
    } else if (value instanceof LocalDateTime v) {
      to.append(v);
    } else if (value instanceof LocalTime v) {
      to.append(v);
    } else if (value instanceof byte[] v) {
      to.append(v);
    } else if (value instanceof List<?> v) {
      to.append(v);
    } else {
      throw new IllegalStateException("no such value: " + value.getClass());
    }
  }

  /** DuckDB SQL of the rows as a reader sees them now, in parentheses. Merges what waits. */
  public String merged() {
    merge();
    String list = columns.stream().map(c -> quoted(c.name())).collect(Collectors.joining(", "));
    return "(SELECT "
        + (list.isEmpty() ? "NULL" : list)
        + " FROM "
        + physical
        + " WHERE NOT "
        + GONE
        + ")";
  }

  /**
   * The DuckDB table for DML; the condition that leaves out tombstones must be added by the caller.
   */
  public String physical() {
    return physical;
  }

  private void merge() {
    lock.lock();
    try {
      if (waiting == 0) {
        return;
      }
      String list =
          columns.stream().map(c -> quoted(c.name()) + ", ").collect(Collectors.joining())
              + SEQUENCE
              + ", "
              + GONE;
      String keys = key.stream().map(StoredTable::quoted).collect(Collectors.joining(", "));
      String same =
          key.stream()
              .map(k -> "t." + quoted(k) + " IS NOT DISTINCT FROM w." + quoted(k))
              .collect(Collectors.joining(" AND "));
      execute(
          "CREATE OR REPLACE TEMP TABLE winners AS SELECT "
              + list
              + " FROM "
              + waitingName()
              + " QUALIFY row_number() OVER (PARTITION BY "
              + keys
              + " ORDER BY "
              + SEQUENCE
              + " DESC, "
              + ARRIVAL
              + " DESC) = 1");
      execute(
          "DELETE FROM winners w USING "
              + physical
              + " t WHERE "
              + same
              + " AND t."
              + SEQUENCE
              + " > w."
              + SEQUENCE);
      execute("DELETE FROM " + physical + " t USING winners w WHERE " + same);
      execute("INSERT INTO " + physical + " (" + list + ") SELECT " + list + " FROM winners");
      execute("DROP TABLE winners");
      execute(
          "CREATE OR REPLACE TABLE " + waitingName() + " AS FROM " + waitingName() + " LIMIT 0");
      connection.commit();
      waiting = 0;
    } catch (SQLException e) {
      rollback();
      throw new IllegalStateException("cannot merge " + name + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  /** Runs DML on the table's rows under its lock. */
  public long change(String sql) throws SQLException {
    merge();
    lock.lock();
    try (Statement statement = connection.createStatement()) {
      long rows = statement.executeLargeUpdate(sql);
      connection.commit();
      return rows;
    } catch (SQLException e) {
      rollback();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Removes all rows, tombstones included. */
  public void truncate() {
    lock.lock();
    try {
      execute("TRUNCATE " + physical);
      execute("TRUNCATE " + waitingName());
      connection.commit();
      waiting = 0;
    } catch (SQLException e) {
      rollback();
      throw new IllegalStateException("cannot truncate " + name, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a schema with the columns there are, in any order, and added ones behind.
   *
   * @throws ApiException as BigQuery refuses dropped, narrowed and added REQUIRED columns
   */
  void evolve(List<Column> wanted) throws SQLException {
    lock.lock();
    try {
      List<Column> next = evolved(wanted);
      for (Column column : next.subList(columns.size(), next.size())) {
        for (String table : List.of(physical, waitingName())) {
          execute(
              "ALTER TABLE "
                  + table
                  + " ADD COLUMN "
                  + quoted(column.name())
                  + " "
                  + column.duckType());
        }
      }
      if (next.size() > columns.size()) {
        reorder(next);
      }
      connection.commit();
      columns = next;
    } catch (SQLException e) {
      rollback();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** An appender writes by position: the stand-in's own columns go behind again. */
  private void reorder(List<Column> next) throws SQLException {
    String list = next.stream().map(c -> quoted(c.name()) + ", ").collect(Collectors.joining());
    execute(
        "CREATE OR REPLACE TABLE "
            + physical
            + " AS SELECT "
            + list
            + SEQUENCE
            + ", "
            + GONE
            + " FROM "
            + physical);
    execute(
        "CREATE OR REPLACE TABLE "
            + waitingName()
            + " AS SELECT "
            + list
            + SEQUENCE
            + ", "
            + GONE
            + ", "
            + ARRIVAL
            + " FROM "
            + waitingName());
  }

  private List<Column> evolved(List<Column> wanted) {
    Map<String, Column> byName =
        wanted.stream()
            .collect(
                Collectors.toMap(Column::folded, Function.identity(), (a, b) -> a, HashMap::new));
    List<Column> next = new ArrayList<>();
    for (Column old : columns) {
      Column given = byName.remove(old.folded());
      if (given == null) {
        throw refused("Field " + old.name() + " is missing in new schema");
      }
      next.add(relaxed(old, given));
    }
    for (Column column : wanted) {
      if (byName.containsKey(column.folded())) {
        if (column.required()) {
          throw refused(
              "Cannot add required fields to an existing schema. (field: " + column.name() + ")");
        }
        next.add(column);
      }
    }
    return List.copyOf(next);
  }

  private Column relaxed(Column old, Column given) {
    if (old.type() != given.type()) {
      throw refused(
          "Field "
              + old.name()
              + " has changed type from "
              + old.type().rest()
              + " to "
              + given.type().rest());
    }
    if (old.repeated() != given.repeated() || (given.required() && !old.required())) {
      throw refused(
          "Field " + old.name() + " has changed mode from " + mode(old) + " to " + mode(given));
    }
    boolean narrowed =
        (given.maxLength() != 0 && (old.maxLength() == 0 || given.maxLength() < old.maxLength()))
            || (given.precision() != 0
                && (old.precision() == 0
                    || given.precision() - given.scale() < old.precision() - old.scale()
                    || given.scale() < old.scale()));
    if (narrowed) {
      throw refused("Field " + old.name() + " has changed to a narrower type");
    }
    return given;
  }

  private static String mode(Column column) {
    return column.repeated() ? "REPEATED" : column.required() ? "REQUIRED" : "NULLABLE";
  }

  private ApiException refused(String what) {
    return ApiException.invalid("Provided Schema does not match Table " + name + ". " + what);
  }

  void drop() throws SQLException {
    lock.lock();
    try {
      execute("DROP TABLE IF EXISTS " + physical);
      execute("DROP TABLE IF EXISTS " + waitingName());
      connection.commit();
      connection.close();
    } finally {
      lock.unlock();
    }
  }

  private String waitingName() {
    return physical + "_waiting";
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The first failure tells more.
    }
  }

  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
