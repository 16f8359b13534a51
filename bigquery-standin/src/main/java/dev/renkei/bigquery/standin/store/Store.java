package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * All data sets with what is in them, in memory or in a DuckDB file that a later process can open.
 * Thread-safe.
 */
public final class Store implements AutoCloseable {
  public static final ObjectMapper JSON = new ObjectMapper();

  private final DuckDBConnection root;
  private final boolean durable;
  private final Map<String, ObjectNode> datasets = new ConcurrentHashMap<>();
  private final Map<TableName, Relation> relations = new ConcurrentHashMap<>();
  private final Map<TableName, ObjectNode> routines = new ConcurrentHashMap<>();
  private final Map<String, String> streams = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(System.currentTimeMillis());

  private Store(DuckDBConnection root, boolean durable) {
    this.root = root;
    this.durable = durable;
  }

  /**
   * @param folder where the tables survive the process; in memory when null
   */
  public static Store open(@Nullable Path folder) {
    try {
      String url = "jdbc:duckdb:";
      if (folder != null) {
        Files.createDirectories(folder);
        url += folder.resolve("bigquery-standin.duckdb");
      }
      Properties settings = new Properties();
      DuckDBConnection root = (DuckDBConnection) DriverManager.getConnection(url, settings);
      Store store = new Store(root, folder != null);
      store.prepare();
      store.load();
      return store;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot open the stand-in's tables: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void prepare() throws SQLException {
    for (String sql :
        List.of(
            "SET GLOBAL TimeZone = 'UTC'",
            "SET GLOBAL default_null_order = 'NULLS_FIRST_ON_ASC_LAST_ON_DESC'",
            "SET GLOBAL autoinstall_known_extensions = false",
            "SET GLOBAL autoload_known_extensions = false",
            "CREATE TABLE IF NOT EXISTS standin_catalog(kind VARCHAR, name VARCHAR, physical VARCHAR,"
                + " resource VARCHAR)",
            "CREATE TABLE IF NOT EXISTS standin_streams(name VARCHAR, state VARCHAR)")) {
      execute(sql);
    }
    for (String macro : Macros.ALL) {
      execute(macro);
    }
  }

  private void load() throws SQLException, JsonProcessingException {
    try (Statement statement = root.createStatement();
        ResultSet rows = statement.executeQuery("FROM standin_catalog")) {
      while (rows.next()) {
        load(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4));
      }
    }
    try (Statement statement = root.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, arg_max(state, rowid) FROM standin_streams GROUP BY 1")) {
      while (rows.next()) {
        streams.put(rows.getString(1), rows.getString(2));
      }
    }
  }

  private void load(String kind, String name, String physical, String json)
      throws SQLException, JsonProcessingException {
    ObjectNode resource = (ObjectNode) JSON.readTree(json);
    switch (kind) {
      case "dataset":
        datasets.put(name, resource);
        break;
      case "routine":
        routines.put(TableName.of(name, ""), resource);
        break;
      case "view":
        relations.put(TableName.of(name, ""), new View(TableName.of(name, ""), resource));
        break;
      default:
        StoredTable table = new StoredTable(TableName.of(name, ""), physical, resource, writer());
        table.resume();
        relations.put(table.name(), table);
    }
  }

  /** A connection of the caller's own. */
  public DuckDBConnection connect() throws SQLException {
    return root.duplicate();
  }

  private DuckDBConnection writer() throws SQLException {
    DuckDBConnection connection = root.duplicate();
    connection.setAutoCommit(false);
    return connection;
  }

  /** A number that no other thing of this store has or had. */
  public long nextId() {
    return ids.incrementAndGet();
  }

  // Data sets

  private static String key(String project, String dataset) {
    return project + ":" + dataset;
  }

  public synchronized ObjectNode insertDataset(
      String project, String dataset, ObjectNode resource) {
    if (!dataset.matches("\\w{1,1024}")) {
      throw ApiException.invalid("Invalid dataset ID \"" + dataset + "\".");
    }
    if (datasets.containsKey(key(project, dataset))) {
      throw ApiException.duplicate("Dataset " + key(project, dataset));
    }
    return putDataset(project, dataset, resource);
  }

  public synchronized ObjectNode putDataset(String project, String dataset, ObjectNode resource) {
    stamp(resource);
    datasets.put(key(project, dataset), resource.deepCopy());
    save("dataset", key(project, dataset), "", resource);
    return resource;
  }

  public ObjectNode dataset(String project, String dataset) {
    ObjectNode resource = datasets.get(key(project, dataset));
    if (resource == null) {
      throw ApiException.notFound("Dataset " + key(project, dataset));
    }
    return resource.deepCopy();
  }

  public Map<String, ObjectNode> datasets(String project) {
    Map<String, ObjectNode> found = new TreeMap<>();
    datasets.forEach(
        (name, resource) -> {
          if (name.startsWith(project + ":")) {
            found.put(name, resource.deepCopy());
          }
        });
    return found;
  }

  public synchronized void deleteDataset(String project, String dataset, boolean contents) {
    dataset(project, dataset);
    Map<TableName, Relation> inside = new HashMap<>(relations);
    inside.keySet().removeIf(n -> !n.project().equals(project) || !n.dataset().equals(dataset));
    if (!inside.isEmpty() && !contents) {
      throw new ApiException(
          400, "resourceInUse", "Dataset " + key(project, dataset) + " is still in use");
    }
    inside.keySet().forEach(this::deleteTable);
    routines.keySet().removeIf(n -> n.project().equals(project) && n.dataset().equals(dataset));
    datasets.remove(key(project, dataset));
    forget("dataset", key(project, dataset));
  }

  // Tables and views

  /**
   * @param resource completed by the caller, but for what the store knows
   */
  public synchronized Relation insertTable(TableName name, ObjectNode resource) {
    dataset(name.project(), name.dataset());
    if (!name.table().matches("[\\p{L}\\p{M}\\p{N}\\p{Pc}\\p{Pd}\\p{Zs}]{1,1024}")) {
      throw ApiException.invalid("Invalid table ID \"" + name.table() + "\".");
    }
    if (relations.containsKey(name)) {
      throw ApiException.duplicate("Table " + name);
    }
    stamp(resource);
    Relation relation = resource.has("view") ? view(name, resource) : table(name, resource);
    relations.put(name, relation);
    return relation;
  }

  private View view(TableName name, ObjectNode resource) {
    save("view", name.toString(), "", resource);
    return new View(name, resource);
  }

  private StoredTable table(TableName name, ObjectNode resource) {
    try {
      String physical = "t" + nextId();
      StoredTable table = new StoredTable(name, physical, resource, writer());
      checkKey(table.columns(), resource);
      table.create();
      save("table", name.toString(), physical, resource);
      return table;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create " + name + ": " + e.getMessage(), e);
    }
  }

  private static void checkKey(List<Column> columns, ObjectNode resource) {
    List<String> key = StoredTable.keyOf(resource);
    if (key.size() > 16) {
      throw ApiException.invalid("Primary key has more than 16 columns");
    }
    for (String part : key) {
      Column column =
          columns.stream()
              .filter(c -> c.name().equalsIgnoreCase(part))
              .findFirst()
              .orElseThrow(
                  () ->
                      ApiException.invalid("Primary key column " + part + " is not in the schema"));
      if (column.repeated()
          || column.type() == ColumnType.JSON
          || column.type() == ColumnType.FLOAT64) {
        throw ApiException.invalid(
            "Primary key column "
                + part
                + " has type "
                + column.type()
                + ", which is not supported");
      }
    }
  }

  /** Replaces a resource; a table's schema may only gain columns. */
  public synchronized ObjectNode updateTable(Relation relation, ObjectNode resource) {
    stamp(resource);
    if (relation instanceof StoredTable table) {
      List<Column> wanted = Column.ofSchema(resource.path("schema"));
      checkKey(wanted, resource);
      try {
        table.evolve(wanted);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot alter " + table.name() + ": " + e.getMessage(), e);
      }
      save("table", table.name().toString(), table.physical(), resource);
    } else {
      save("view", relation.name().toString(), "", resource);
    }
    relation.describe(resource);
    return relation.resource();
  }

  public Relation relation(TableName name) {
    Relation relation = relations.get(name);
    if (relation == null) {
      dataset(name.project(), name.dataset());
      throw ApiException.notFound("Table " + name);
    }
    return relation;
  }

  public boolean hasTable(TableName name) {
    return relations.containsKey(name);
  }

  public StoredTable table(TableName name) {
    if (relation(name) instanceof StoredTable table) {
      return table;
    }
    throw ApiException.invalid(
        name + " is not allowed for this operation because it is currently a VIEW.");
  }

  public Map<String, Relation> relations(String project, String dataset) {
    dataset(project, dataset);
    Map<String, Relation> found = new TreeMap<>();
    relations.forEach(
        (name, relation) -> {
          if (name.project().equals(project) && name.dataset().equals(dataset)) {
            found.put(name.table(), relation);
          }
        });
    return found;
  }

  public synchronized void deleteTable(TableName name) {
    Relation relation = relation(name);
    relations.remove(name);
    forget(relation instanceof View ? "view" : "table", name.toString());
    if (relation instanceof StoredTable table) {
      try {
        table.drop();
      } catch (SQLException e) {
        throw new IllegalStateException("cannot drop " + name, e);
      }
    }
  }

  // Routines

  public synchronized ObjectNode putRoutine(TableName name, ObjectNode resource, boolean replace) {
    dataset(name.project(), name.dataset());
    if (!replace && routines.containsKey(name)) {
      throw ApiException.duplicate("Routine " + name);
    }
    stamp(resource);
    routines.put(name, resource.deepCopy());
    save("routine", name.toString(), "", resource);
    return resource;
  }

  public ObjectNode routine(TableName name) {
    ObjectNode resource = routines.get(name);
    if (resource == null) {
      throw ApiException.notFound("Routine " + name);
    }
    return resource.deepCopy();
  }

  public boolean hasRoutine(TableName name) {
    return routines.containsKey(name);
  }

  public Map<String, ObjectNode> routines(String project, String dataset) {
    Map<String, ObjectNode> found = new TreeMap<>();
    routines.forEach(
        (name, resource) -> {
          if (name.project().equals(project) && name.dataset().equals(dataset)) {
            found.put(name.table(), resource.deepCopy());
          }
        });
    return found;
  }

  public synchronized void deleteRoutine(TableName name) {
    routine(name);
    routines.remove(name);
    forget("routine", name.toString());
  }

  // Streams

  /** States of streams that an earlier process left, by name. */
  public Map<String, String> streams() {
    return Map.copyOf(streams);
  }

  /** SQL that keeps a stream's state; empty in memory. */
  public String keepStream(String name, String state) {
    return durable
        ? "INSERT INTO standin_streams VALUES (" + text(name) + ", " + text(state) + ")"
        : "";
  }

  public void saveStream(String name, String state) {
    if (durable) {
      try {
        execute(keepStream(name, state));
      } catch (SQLException e) {
        throw new IllegalStateException("cannot keep the stream " + name, e);
      }
    }
  }

  // Keeping

  private void stamp(ObjectNode resource) {
    resource.put("etag", Long.toHexString(nextId()));
    resource.put("lastModifiedTime", Long.toString(System.currentTimeMillis()));
    if (!resource.has("creationTime")) {
      resource.put("creationTime", Long.toString(System.currentTimeMillis()));
    }
  }

  private synchronized void save(String kind, String name, String physical, JsonNode resource) {
    forget(kind, name);
    try (PreparedStatement insert =
        root.prepareStatement("INSERT INTO standin_catalog VALUES (?, ?, ?, ?)")) {
      insert.setString(1, kind);
      insert.setString(2, name);
      insert.setString(3, physical);
      insert.setString(4, resource.toString());
      insert.execute();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot keep " + name, e);
    }
  }

  private synchronized void forget(String kind, String name) {
    try {
      execute(
          "DELETE FROM standin_catalog WHERE kind = " + text(kind) + " AND name = " + text(name));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot forget " + name, e);
    }
  }

  private synchronized void execute(String sql) throws SQLException {
    try (Statement statement = root.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A literal of DuckDB. */
  public static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  @Override
  public void close() {
    try {
      root.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the stand-in's tables", e);
    }
  }
}
