package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table as the source's catalog has it. */
record ProofTable(TableName name, List<ProofColumn> columns) {
  ProofTable {
    columns = List.copyOf(columns);
  }

  static ProofTable read(Connection source, TableName name) throws SQLException {
    String sql =
        """
        SELECT c.name, t.name, ic.key_ordinal
        FROM sys.columns c
        JOIN sys.types t ON t.user_type_id = c.user_type_id
        LEFT JOIN sys.indexes i ON i.object_id = c.object_id AND i.is_primary_key = 1
        LEFT JOIN sys.index_columns ic
          ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.column_id = c.column_id
        WHERE c.object_id = OBJECT_ID(?)
        ORDER BY c.column_id""";
    try (PreparedStatement statement = source.prepareStatement(sql)) {
      statement.setString(1, sourceName(name));
      List<ProofColumn> columns = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(new ProofColumn(rows.getString(1), rows.getString(2), rows.getInt(3)));
        }
      }
      if (columns.stream().noneMatch(column -> column.keyOrdinal() > 0)) {
        throw new SQLException(name + ": no such table, or it has no primary key");
      }
      return new ProofTable(name, columns);
    }
  }

  List<ProofColumn> key() {
    return columns.stream()
        .filter(column -> column.keyOrdinal() > 0)
        .sorted(Comparator.comparingInt(ProofColumn::keyOrdinal))
        .toList();
  }

  String sourceRowsSql() {
    return "SELECT %s FROM %s".formatted(sourceNames(columns), sourceName(name));
  }

  /** Key, version and operation of each tracked row. */
  String trackedSql() {
    return "SELECT %s, SYS_CHANGE_VERSION, SYS_CHANGE_OPERATION FROM CHANGETABLE(CHANGES %s, 0) AS ct"
        .formatted(sourceNames(key()), sourceName(name));
  }

  String view() {
    return duck(name.schema()) + "." + duck(name.table());
  }

  String log() {
    return duck(name.schema()) + "." + duck(name.table() + "_changes");
  }

  static String duckList(List<ProofColumn> columns) {
    return columns.stream().map(ProofColumn::duckSql).collect(Collectors.joining(", "));
  }

  String duckKeyList() {
    return key().stream().map(ProofColumn::duckKeySql).collect(Collectors.joining(", "));
  }

  /**
   * The key as {@link KeyText}.
   *
   * @param texts canonical, in the order of {@link #key}
   */
  String keyText(List<? extends @Nullable String> texts) {
    List<ProofColumn> key = key();
    List<String> parts = new ArrayList<>(key.size());
    for (int i = 0; i < key.size(); i++) {
      parts.add(key.get(i).keyPart(texts.get(i)));
    }
    return KeyText.of(parts);
  }

  private static String sourceNames(List<ProofColumn> columns) {
    return columns.stream()
        .map(column -> "[" + column.name().replace("]", "]]") + "]")
        .collect(Collectors.joining(", "));
  }

  private static String sourceName(TableName name) {
    return "[%s].[%s]".formatted(name.schema().replace("]", "]]"), name.table().replace("]", "]]"));
  }

  private static String duck(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
