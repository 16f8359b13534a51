package dev.renkei.sqlserver;

import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.privacy.PersonalKind;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks for personal data by the names of columns and by a sample of their values. */
public final class PersonalColumns {
  private static final int SAMPLE = 100;
  private static final int LONGEST_TEXT = 4000;

  private PersonalColumns() {}

  /** A column that looks personal; its values are nowhere kept. */
  public record Found(TableName table, Column column, PersonalKind kind) {
    /** As it may stand in {@code privacy.columns}. */
    public String suggestion() {
      return "\"%s.%s\": {method: %s}".formatted(table, column.name(), kind.method(column));
    }
  }

  /**
   * Those of a source's tables that are tracked.
   *
   * @throws SQLException where it cannot be asked
   */
  public static List<Found> read(SourceConfig source, TablesConfig tables) throws SQLException {
    try (Connection connection = SourceConnections.connect(source.sqlserver(), "renkei check")) {
      return in(
          connection,
          SqlServerCatalog.tables(
                  connection,
                  tables::matches,
                  name -> tables.settings(name).excludeColumns(),
                  (name, why) -> {})
              .values());
    }
  }

  static List<Found> in(Connection connection, Collection<SourceTable> tables) {
    List<Found> found = new ArrayList<>();
    for (SourceTable table : tables) {
      List<Column> columns = table.schema().columns();
      List<Column> texts =
          columns.stream()
              .filter(column -> PersonalKind.ofName(column.name()).isEmpty())
              .filter(column -> column.kind().isText() && column.length() <= LONGEST_TEXT)
              .toList();
      List<List<String>> samples = samples(connection, table.name(), texts);
      for (Column column : columns) {
        int sampled = texts.indexOf(column);
        Optional<PersonalKind> kind =
            PersonalKind.ofName(column.name())
                .or(
                    () ->
                        sampled < 0 || samples.isEmpty()
                            ? Optional.empty()
                            : PersonalKind.ofValues(samples.get(sampled)));
        kind.ifPresent(k -> found.add(new Found(table.name(), column, k)));
      }
    }
    return found;
  }

  /** By column; none where they cannot be read, which is told elsewhere. */
  private static List<List<String>> samples(
      Connection connection, TableName table, List<Column> columns) {
    if (columns.isEmpty()) {
      return List.of();
    }
    List<List<String>> samples = new ArrayList<>();
    columns.forEach(column -> samples.add(new ArrayList<>()));
    String names =
        columns.stream().map(c -> Names.quoted(c.name())).collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT 1000");
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT TOP (%d) %s FROM %s".formatted(SAMPLE, names, Names.quoted(table)))) {
        while (rows.next()) {
          for (int i = 0; i < columns.size(); i++) {
            String value = rows.getString(i + 1);
            if (value != null) {
              samples.get(i).add(value);
            }
          }
        }
      }
      return samples;
    } catch (SQLException e) {
      return List.of();
    }
  }
}
