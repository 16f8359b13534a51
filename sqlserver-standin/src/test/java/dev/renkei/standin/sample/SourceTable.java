package dev.renkei.standin.sample;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of a sample.
 *
 * @param columns in the order of the table and of its file
 * @param file the name of the file with its rows
 */
public record SourceTable(String schema, String name, List<SourceColumn> columns, String file) {
  public SourceTable {
    columns = List.copyOf(columns);
  }

  /** {@code [schema].[name]}. */
  public String quotedName() {
    return "[" + schema + "].[" + name + "]";
  }

  /** The columns of the primary key, in its order. */
  public List<SourceColumn> key() {
    return columns.stream()
        .filter(column -> column.keyOrdinal() > 0)
        .sorted(Comparator.comparingInt(SourceColumn::keyOrdinal))
        .toList();
  }

  boolean hasIdentity() {
    return columns.stream().anyMatch(SourceColumn::identity);
  }

  /** The columns that are inserted: all but the computed ones. */
  List<SourceColumn> storedColumns() {
    return columns.stream().filter(column -> column.computed().isEmpty()).toList();
  }

  List<Integer> positions(List<SourceColumn> some) {
    return some.stream().map(columns::indexOf).toList();
  }

  String insertStatement() {
    List<SourceColumn> stored = storedColumns();
    return "INSERT INTO %s (%s) VALUES (%s)"
        .formatted(
            quotedName(),
            stored.stream().map(SourceColumn::quotedName).collect(Collectors.joining(", ")),
            "?, ".repeat(stored.size() - 1) + "?");
  }

  String createStatement() {
    String definitions =
        columns.stream().map(SourceColumn::definition).collect(Collectors.joining(", "));
    String keys = key().stream().map(SourceColumn::quotedName).collect(Collectors.joining(", "));
    return "CREATE TABLE %s (%s%s)"
        .formatted(
            quotedName(),
            definitions,
            keys.isEmpty()
                ? ""
                : ", CONSTRAINT [PK_" + name + "] PRIMARY KEY CLUSTERED (" + keys + ")");
  }
}
