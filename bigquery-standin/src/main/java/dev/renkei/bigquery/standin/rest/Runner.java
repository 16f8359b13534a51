package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.sql.Literals;
import dev.renkei.bigquery.standin.sql.Query;
import dev.renkei.bigquery.standin.sql.Scope;
import dev.renkei.bigquery.standin.sql.Statement;
import dev.renkei.bigquery.standin.sql.Statements;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.BigNumeric;
import dev.renkei.bigquery.standin.store.Relation;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import dev.renkei.bigquery.standin.store.TableName;
import dev.renkei.bigquery.standin.store.View;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Runs one statement of GoogleSQL. Thread-safe. */
public final class Runner {
  /** DML's own sentence on tables that take upserts. */
  static final String NO_DML =
      "DELETE/UPDATE/MERGE DMLs are currently not supported over tables that had UPSERT streams.";

  private static final int DEEPEST = 16;

  private final Store store;

  public Runner(Store store) {
    this.store = store;
  }

  /**
   * @param statementType as job statistics name it
   * @param changed rows that DML changed; -1 for other statements
   */
  public record Outcome(Result result, String statementType, long changed) {}

  /**
   * @param project of names without one
   * @param dataset of names without one; null when the request names none
   * @param parameters DuckDB literals by name
   */
  public Outcome run(
      String sql, String project, @Nullable String dataset, Map<String, String> parameters) {
    Statement statement = Statements.read(sql);
    Names names = new Names(project, dataset, parameters, 0);
    if (statement instanceof Statement.Select select) {
      return new Outcome(select(select.sql(), names), "SELECT", -1);
    } else if (statement instanceof Statement.Change change) {
      return new Outcome(Result.NONE, change.verb(), change(change, names));
    }
    return new Outcome(Result.NONE, define(statement, names), -1);
  }

  /** The kind of a statement that is understood and not run; queries only are looked into. */
  String statementType(String sql, String project, @Nullable String dataset) {
    Statement statement = Statements.read(sql);
    if (statement instanceof Statement.Select select) {
      Names names = new Names(project, dataset, Map.of(), 0);
      fetched("SELECT * FROM (" + Query.translated(select.sql(), names) + ") LIMIT 0");
      return "SELECT";
    }
    return statement instanceof Statement.Change change ? change.verb() : "DDL";
  }

  /** What names stand for in one query. */
  private final class Names implements Scope {
    private final String project;
    private final @Nullable String dataset;
    private final Map<String, String> parameters;
    private final int depth;

    Names(String project, @Nullable String dataset, Map<String, String> parameters, int depth) {
      if (depth > DEEPEST) {
        throw ApiException.invalidQuery("Exceeded maximum depth of nested views");
      }
      this.project = project;
      this.dataset = dataset;
      this.parameters = parameters;
      this.depth = depth;
    }

    TableName name(String path) {
      String full = dataset != null && !path.contains(".") ? dataset + "." + path : path;
      return TableName.of(full, project);
    }

    @Override
    public String relation(String path) {
      if (path.contains("INFORMATION_SCHEMA")) {
        throw ApiException.notHere("INFORMATION_SCHEMA");
      }
      Relation relation = store.relation(name(path));
      if (relation instanceof StoredTable table) {
        return table.merged();
      }
      View view = (View) relation;
      Names inner = new Names(view.name().project(), null, Map.of(), depth + 1);
      return "(" + Query.translated(view.query(), inner) + ")";
    }

    @Override
    public String tableFunction(String path, List<String> arguments) {
      TableName name = name(path);
      JsonNode routine = store.routine(name);
      JsonNode parameters = routine.path("arguments");
      if (parameters.size() != arguments.size()) {
        throw ApiException.invalidQuery(
            "Number of arguments does not match for table function " + name);
      }
      Map<String, String> values = new HashMap<>();
      for (int at = 0; at < arguments.size(); at++) {
        String type = parameters.get(at).path("dataType").path("typeKind").asText("ANY TYPE");
        values.put(
            parameters.get(at).path("name").asText(), Literals.argument(type, arguments.get(at)));
      }
      Names inner = new Names(name.project(), null, Map.of(), depth + 1);
      return "(" + Query.translated(routine.path("definitionBody").asText(), inner, values) + ")";
    }

    @Override
    public String parameter(String name) {
      String literal = parameters.get(name);
      if (literal == null) {
        throw ApiException.invalidQuery("Query parameter '" + name + "' not found");
      }
      return literal;
    }
  }

  private Result select(String sql, Names names) {
    return fetched(Query.translated(sql, names));
  }

  /** The columns of a query, without its rows. */
  Result described(String sql, String project) {
    String query = Query.translated(sql, new Names(project, null, Map.of(), 0));
    return fetched("SELECT * FROM (" + query + ") LIMIT 0");
  }

  private Result fetched(String duck) {
    try (DuckDBConnection connection = store.connect();
        java.sql.Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(duck)) {
      return read(rows);
    } catch (SQLException e) {
      throw ApiException.invalidQuery(message(e) + " [in DuckDB: " + duck + "]");
    }
  }

  private static String message(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message
        .replaceFirst("(?s)\n\nLINE.*", "")
        .replaceFirst(
            "(?s)^Invalid Input Error: Attempting to execute an unsuccessful.*?Error: ", "");
  }

  private static Result read(ResultSet rows) throws SQLException {
    ResultSetMetaData about = rows.getMetaData();
    int count = about.getColumnCount();
    List<DuckType> types = new ArrayList<>();
    for (int at = 1; at <= count; at++) {
      types.add(DuckType.of(about.getColumnTypeName(at)));
    }
    List<@Nullable Object[]> read = new ArrayList<>();
    boolean[] big = new boolean[count];
    while (rows.next()) {
      @Nullable Object[] row = new @Nullable Object[count];
      for (int at = 0; at < count; at++) {
        Object value =
            types.get(at).base().equals("TIMESTAMP")
                ? rows.getObject(at + 1, LocalDateTime.class)
                : rows.getObject(at + 1);
        big[at] |= value instanceof String text && BigNumeric.isEncoded(text);
        row[at] = types.get(at).told(value);
      }
      read.add(row);
    }
    List<Result.Field> fields = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      Result.Field field = types.get(at).field(about.getColumnLabel(at + 1));
      fields.add(big[at] ? new Result.Field(field.name(), "BIGNUMERIC", false, List.of()) : field);
    }
    return new Result(fields, read);
  }

  // DML

  private long change(Statement.Change change, Names names) {
    StoredTable table = store.table(names.name(change.path()));
    if (!change.verb().equals("INSERT") && table.hadUpserts()) {
      throw ApiException.invalidQuery(NO_DML);
    }
    switch (change.verb()) {
      case "TRUNCATE":
        table.truncate();
        return 0;
      case "INSERT":
        return changed(
            table, "INSERT INTO " + table.physical() + inserted(table, change.rest(), names));
      case "DELETE":
        return changed(
            table,
            "DELETE FROM " + table.physical() + " " + Query.translated(change.rest(), names));
      case "UPDATE":
        return changed(
            table, "UPDATE " + table.physical() + " " + Query.translated(change.rest(), names));
      default:
        throw ApiException.notHere(change.verb());
    }
  }

  /** {@code (a, b) VALUES ...} or a query; the stand-in's own columns are filled behind. */
  private static String inserted(StoredTable table, String rest, Names names) {
    if (!rest.startsWith("(")) {
      throw ApiException.notHere("INSERT without a list of columns");
    }
    int end = rest.indexOf(')');
    String columns = Query.translated(rest.substring(1, end), names);
    String source = Query.translated(rest.substring(end + 1), names);
    return "(" + columns + ", \"__standin_gone\") SELECT *, false FROM (" + source + ")";
  }

  private static long changed(StoredTable table, String sql) {
    try {
      return table.change(sql);
    } catch (SQLException e) {
      throw ApiException.invalidQuery(message(e));
    }
  }

  // DDL

  private String define(Statement statement, Names names) {
    if (statement instanceof Statement.CreateView view) {
      create(view, names);
      return "CREATE_VIEW";
    } else if (statement instanceof Statement.CreateTableFunction function) {
      create(function, names);
      return "CREATE_TABLE_FUNCTION";
    } else if (statement instanceof Statement.CreateTable table) {
      create(table, names);
      return "CREATE_TABLE";
    } else if (statement instanceof Statement.CreateSchema schema) {
      create(schema, names);
      return "CREATE_SCHEMA";
    }
    drop((Statement.Drop) statement, names);
    return "DROP_" + ((Statement.Drop) statement).kind().replace(' ', '_');
  }

  private void create(Statement.CreateView view, Names names) {
    TableName name = names.name(view.path());
    ObjectNode resource = Tables.bare(name, "VIEW");
    resource.putObject("view").put("query", view.query()).put("useLegacySql", false);
    if (store.hasTable(name) && view.replace()) {
      Relation there = store.relation(name);
      if (there instanceof StoredTable) {
        throw ApiException.invalidQuery(name + " is not a view");
      }
      resource.set("schema", described(view.query(), name.project()).schema());
      store.updateTable(there, resource);
    } else if (!store.hasTable(name) || !view.ifMissing()) {
      resource.set("schema", described(view.query(), name.project()).schema());
      store.insertTable(name, resource);
    }
  }

  private void create(Statement.CreateTableFunction function, Names names) {
    TableName name = names.name(function.path());
    if (function.ifMissing() && store.hasRoutine(name)) {
      return;
    }
    ObjectNode resource = Store.JSON.createObjectNode();
    resource
        .putObject("routineReference")
        .put("projectId", name.project())
        .put("datasetId", name.dataset())
        .put("routineId", name.table());
    resource.put("routineType", "TABLE_VALUED_FUNCTION").put("language", "SQL");
    resource.put("definitionBody", function.body());
    ArrayNode arguments = resource.putArray("arguments");
    for (Statement.Parameter parameter : function.parameters()) {
      ObjectNode argument = arguments.addObject().put("name", parameter.name());
      argument.putObject("dataType").put("typeKind", parameter.type());
    }
    check(resource, name.project());
    store.putRoutine(name, resource, function.replace());
  }

  /** A table function's body is read at its creation, with NULL for every parameter. */
  void check(ObjectNode routine, String project) {
    Map<String, String> values = new HashMap<>();
    for (JsonNode argument : routine.path("arguments")) {
      String type = argument.path("dataType").path("typeKind").asText("ANY TYPE");
      values.put(argument.path("name").asText(), Literals.argument(type, "NULL"));
    }
    Names names = new Names(project, null, Map.of(), 0);
    String query = Query.translated(routine.path("definitionBody").asText(), names, values);
    fetched("SELECT * FROM (" + query + ") LIMIT 0");
  }

  private void create(Statement.CreateTable table, Names names) {
    TableName name = names.name(table.path());
    if (store.hasTable(name)) {
      if (table.ifMissing()) {
        return;
      }
      if (table.replace()) {
        store.deleteTable(name);
      }
    }
    ObjectNode resource = Tables.bare(name, "TABLE");
    ArrayNode fields = resource.putObject("schema").putArray("fields");
    for (Statement.ColumnDefinition column : table.columns()) {
      Tables.define(fields.addObject(), column.name(), column.type(), column.required());
    }
    if (!table.key().isEmpty()) {
      ArrayNode key =
          resource.putObject("tableConstraints").putObject("primaryKey").putArray("columns");
      table.key().forEach(key::add);
    }
    if (!table.clustering().isEmpty()) {
      ArrayNode clustering = resource.putObject("clustering").putArray("fields");
      table.clustering().forEach(clustering::add);
    }
    if (table.partitionColumn() != null) {
      resource
          .putObject("timePartitioning")
          .put("type", "DAY")
          .put("field", table.partitionColumn());
    }
    store.insertTable(name, resource);
  }

  private void create(Statement.CreateSchema schema, Names names) {
    String[] parts = schema.path().split("\\.");
    String project = parts.length > 1 ? parts[0] : names.project;
    String dataset = parts[parts.length - 1];
    if (!schema.ifMissing() || store.datasets(project).get(project + ":" + dataset) == null) {
      ObjectNode resource = Store.JSON.createObjectNode();
      store.insertDataset(project, dataset, Datasets.completed(resource, project, dataset, "US"));
    }
  }

  private void drop(Statement.Drop drop, Names names) {
    if (drop.kind().equals("SCHEMA")) {
      throw ApiException.notHere("DROP SCHEMA");
    }
    TableName name = names.name(drop.path());
    boolean function = drop.kind().equals("TABLE FUNCTION");
    if (drop.ifThere() && !(function ? store.hasRoutine(name) : store.hasTable(name))) {
      return;
    }
    if (function) {
      store.deleteRoutine(name);
    } else {
      store.deleteTable(name);
    }
  }
}
