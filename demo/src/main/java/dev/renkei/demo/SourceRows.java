package dev.renkei.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the source has it: of each row a hash by column, of each tracked key its last version.
 *
 * @param rows by key
 * @param tracked by key; rows of before tracking have no entry
 */
record SourceRows(Map<String, RowHash> rows, Map<String, Tracked> tracked) {

  static SourceRows read(Connection source, ProofTable table) throws SQLException {
    return new SourceRows(readRows(source, table), readTracked(source, table));
  }

  private static Map<String, RowHash> readRows(Connection source, ProofTable table)
      throws SQLException {
    Map<String, RowHash> rows = new HashMap<>();
    List<ProofColumn> columns = table.columns();
    List<Integer> key = table.key().stream().map(columns::indexOf).toList();
    try (Statement statement = source.createStatement();
        ResultSet found = statement.executeQuery(table.sourceRowsSql())) {
      @Nullable String[] texts = new String[columns.size()];
      while (found.next()) {
        for (int i = 0; i < texts.length; i++) {
          texts[i] = columns.get(i).ofSource(found, i + 1);
        }
        List<@Nullable String> keyTexts = new ArrayList<>();
        key.forEach(position -> keyTexts.add(texts[position]));
        rows.put(table.keyText(keyTexts), RowHash.of(texts));
      }
    }
    return rows;
  }

  private static Map<String, Tracked> readTracked(Connection source, ProofTable table)
      throws SQLException {
    Map<String, Tracked> tracked = new HashMap<>();
    List<ProofColumn> key = table.key();
    try (Statement statement = source.createStatement();
        ResultSet found = statement.executeQuery(table.trackedSql())) {
      while (found.next()) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
          texts.add(key.get(i).ofSource(found, i + 1));
        }
        tracked.put(
            table.keyText(texts),
            new Tracked(
                found.getLong(key.size() + 1), "D".equals(found.getString(key.size() + 2))));
      }
    }
    return tracked;
  }

  /** The last change of a key. */
  record Tracked(long version, boolean deleted) {}

  /** A row's values by column, 64 bits of each; and whether the warehouse has shown such a key. */
  static final class RowHash {
    private final long[] values;
    private boolean met;

    private RowHash(long[] values) {
      this.values = values;
    }

    static RowHash of(@Nullable String[] texts) {
      long[] values = new long[texts.length];
      for (int i = 0; i < texts.length; i++) {
        values[i] = TextHash.of(texts[i]);
      }
      return new RowHash(values);
    }

    void meet() {
      met = true;
    }

    boolean met() {
      return met;
    }

    /** The first column that differs; -1 where none does. */
    int differsAt(RowHash other) {
      return java.util.Arrays.mismatch(values, other.values);
    }
  }
}
