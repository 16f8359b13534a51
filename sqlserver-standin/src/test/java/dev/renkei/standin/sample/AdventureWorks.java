package dev.renkei.standin.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Microsoft's AdventureWorks OLTP database from its files: creates schemas, alias types and tables,
 * and loads the rows with prepared batches. Works through any JDBC 4.2 driver of SQL Server.
 *
 * <p>Two things differ from Microsoft's script: typed xml is plain xml, and columns computed by
 * {@code hierarchyid.GetLevel()} are plain smallint columns with the data's values.
 */
public final class AdventureWorks {
  private static final int BATCH = 500;

  private final Path directory;
  private final List<SourceTable> tables;

  private AdventureWorks(Path directory, List<SourceTable> tables) {
    this.directory = directory;
    this.tables = List.copyOf(tables);
  }

  /** The sample where its data is present. */
  public static Optional<AdventureWorks> find() throws IOException {
    Optional<Path> directory = DataDirectory.find("adventureworks");
    return directory.isPresent() ? Optional.of(at(directory.get())) : Optional.empty();
  }

  /** Reads {@code columns.tsv} of a directory. */
  public static AdventureWorks at(Path directory) throws IOException {
    Map<String, List<SourceColumn>> columns = new TreeMap<>();
    Map<String, String> files = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(directory.resolve("columns.tsv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] field = line.split("\t", -1);
      String table = field[0] + "\t" + field[1];
      columns.computeIfAbsent(table, t -> new ArrayList<>()).add(SourceColumn.of(field));
      files.put(table, field[10]);
    }
    List<SourceTable> tables = new ArrayList<>();
    columns.forEach(
        (name, list) -> {
          String file = files.get(name);
          if (file != null && !file.equals("MISSING")) {
            String[] part = name.split("\t");
            tables.add(new SourceTable(part[0], part[1], list, file));
          }
        });
    return new AdventureWorks(directory, tables);
  }

  /** The tables that have data, by schema and name. */
  public List<SourceTable> tables() {
    return tables;
  }

  /** One table by schema and name. */
  public SourceTable table(String schema, String name) {
    return tables.stream()
        .filter(table -> table.schema().equals(schema) && table.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no table " + schema + "." + name));
  }

  /** Creates schemas, alias types and tables in the connection's database. */
  public void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Set<String> schemas = new LinkedHashSet<>();
      Set<String> aliases = new LinkedHashSet<>();
      for (SourceTable table : tables) {
        schemas.add(table.schema());
        for (SourceColumn column : table.columns()) {
          column
              .alias()
              .ifPresent(
                  alias ->
                      aliases.add("CREATE TYPE " + alias + " FROM " + column.baseType() + " NULL"));
        }
      }
      for (String schema : schemas) {
        statement.execute("CREATE SCHEMA [" + schema + "]");
      }
      for (String alias : aliases) {
        statement.execute(alias);
      }
      for (SourceTable table : tables) {
        statement.execute(table.createStatement());
      }
    }
  }

  /** Loads a table, leaves the connection as it was, and returns the number of rows. */
  public long load(Connection connection, SourceTable table) throws SQLException, IOException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    long rows = 0;
    try (Statement statement = connection.createStatement()) {
      String identityInsert = "SET IDENTITY_INSERT " + table.quotedName();
      if (table.hasIdentity()) {
        statement.execute(identityInsert + " ON");
      }
      try (PreparedStatement insert = connection.prepareStatement(table.insertStatement());
          Csv csv = open(table)) {
        List<SourceColumn> stored = table.storedColumns();
        List<Integer> positions = table.positions(stored);
        for (List<@Nullable String> row = csv.next(); row != null; row = csv.next()) {
          for (int i = 0; i < stored.size(); i++) {
            Object value = stored.get(i).value(row.get(positions.get(i)));
            if (value == null) {
              insert.setNull(i + 1, stored.get(i).jdbcType());
            } else {
              insert.setObject(i + 1, value);
            }
          }
          insert.addBatch();
          if (++rows % BATCH == 0) {
            insert.executeBatch();
          }
        }
        insert.executeBatch();
      }
      if (table.hasIdentity()) {
        statement.execute(identityInsert + " OFF");
      }
      connection.commit();
    } finally {
      connection.setAutoCommit(autoCommit);
    }
    return rows;
  }

  /**
   * Reads a table's file: every row with the values of all its columns, computed ones too, as
   * {@link SourceColumn#value} makes them.
   */
  public void read(SourceTable table, Consumer<List<@Nullable Object>> consumer)
      throws IOException {
    try (Csv csv = open(table)) {
      for (List<@Nullable String> row = csv.next(); row != null; row = csv.next()) {
        List<@Nullable Object> values = new ArrayList<>(row.size());
        for (int i = 0; i < row.size(); i++) {
          values.add(table.columns().get(i).value(row.get(i)));
        }
        consumer.accept(values);
      }
    }
  }

  private Csv open(SourceTable table) throws IOException {
    Csv csv = new Csv(Files.newBufferedReader(directory.resolve(table.file())));
    List<@Nullable String> header = csv.next();
    List<String> expected = table.columns().stream().map(SourceColumn::name).toList();
    if (!expected.equals(header)) {
      csv.close();
      throw new IOException(table.file() + " does not have the columns of " + table.quotedName());
    }
    return csv;
  }
}
