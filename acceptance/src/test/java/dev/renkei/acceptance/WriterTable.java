package dev.renkei.acceptance;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table that the independent writer changes, with the keys that it has; each change can be undone
 * here when its transaction is rolled back there. One thread.
 */
final class WriterTable {
  private static final int SAMPLES = 20;
  private static final int WIDEST_RANGE = 60;

  private final String schema;
  private final String name;
  private final boolean identity;
  private final List<WriterColumn> columns;
  private final List<WriterColumn> key;
  private final List<List<@Nullable Object>> keys = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final int initialRows;
  private long inserted;
  private long updated;
  private long deleted;

  /** What a change is undone by. */
  record Done(int rows, Runnable undo) {}

  private WriterTable(
      Connection connection,
      String schema,
      String name,
      boolean identity,
      List<WriterColumn> columns)
      throws SQLException {
    this.schema = schema;
    this.name = name;
    this.identity = identity;
    this.columns = columns;
    this.key =
        columns.stream()
            .filter(WriterColumn::isKey)
            .sorted(Comparator.comparingInt(WriterColumn::keyOrdinal))
            .toList();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT %s FROM %s".formatted(names(key), quoted()))) {
      while (rows.next()) {
        List<@Nullable Object> parts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
          parts.add(rows.getObject(i + 1));
        }
        keys.add(parts);
        taken.add(folded(parts));
      }
    }
    this.initialRows = keys.size();
  }

  /** Every table with a primary key, by name. */
  static List<WriterTable> all(Connection connection) throws SQLException {
    List<WriterTable> tables = new ArrayList<>();
    String sql =
        """
        SELECT s.name, t.name FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id
        JOIN sys.indexes i ON i.object_id = t.object_id AND i.is_primary_key = 1
        ORDER BY s.name, t.name""";
    List<String[]> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(new String[] {rows.getString(1), rows.getString(2)});
      }
    }
    for (String[] name : names) {
      read(connection, name[0], name[1]).ifPresent(tables::add);
    }
    return tables;
  }

  private static Optional<WriterTable> read(Connection connection, String schema, String name)
      throws SQLException {
    String sql =
        """
        SELECT c.name, COALESCE(b.name, t.name), c.max_length, c.precision, c.scale,
          c.is_nullable, COALESCE(ic.key_ordinal, 0), c.is_identity, c.is_computed
        FROM sys.columns c
        JOIN sys.types t ON t.user_type_id = c.user_type_id
        LEFT JOIN sys.types b ON t.is_user_defined = 1 AND b.user_type_id = c.system_type_id
        LEFT JOIN sys.indexes i ON i.object_id = c.object_id AND i.is_primary_key = 1
        LEFT JOIN sys.index_columns ic
          ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.column_id = c.column_id
        WHERE c.object_id = OBJECT_ID(?)
        ORDER BY c.column_id""";
    List<WriterColumn> columns = new ArrayList<>();
    boolean identity = false;
    boolean computed = false;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, quoted(schema) + "." + quoted(name));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String type = rows.getString(2);
          identity |= rows.getBoolean(8);
          computed |= rows.getBoolean(9);
          if (!rows.getBoolean(9) && !type.equals("timestamp")) {
            columns.add(
                new WriterColumn(
                    rows.getString(1),
                    type,
                    rows.getInt(3),
                    rows.getInt(4),
                    rows.getInt(5),
                    rows.getBoolean(6),
                    rows.getInt(7),
                    false,
                    List.of()));
          }
        }
      }
    }
    String table = quoted(schema) + "." + quoted(name);
    for (int i = 0; i < columns.size(); i++) {
      columns.set(i, prepared(connection, table, columns.get(i), computed));
    }
    return columns.stream().allMatch(WriterColumn::isKey)
        ? Optional.empty()
        : Optional.of(new WriterTable(connection, schema, name, identity, List.copyOf(columns)));
  }

  private static WriterColumn prepared(
      Connection connection, String table, WriterColumn column, boolean modest)
      throws SQLException {
    List<byte[]> samples = column.isMadeUp() ? List.of() : samples(connection, table, column.sql());
    return new WriterColumn(
        column.name(),
        column.type(),
        column.length(),
        column.precision(),
        column.scale(),
        column.nullable(),
        column.keyOrdinal(),
        modest,
        samples);
  }

  private static List<byte[]> samples(Connection connection, String table, String column)
      throws SQLException {
    List<byte[]> samples = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT TOP %d %s FROM %s WHERE %2$s IS NOT NULL"
                    .formatted(SAMPLES, column, table))) {
      while (rows.next()) {
        samples.add(rows.getBytes(1));
      }
    }
    return samples;
  }

  private static String quoted(String name) {
    return "[" + name.replace("]", "]]") + "]";
  }

  private String quoted() {
    return quoted(schema) + "." + quoted(name);
  }

  private static String names(List<WriterColumn> columns) {
    return columns.stream().map(WriterColumn::sql).collect(Collectors.joining(", "));
  }

  private static String equal(List<WriterColumn> columns, String between) {
    return columns.stream().map(c -> c.sql() + " = ?").collect(Collectors.joining(between));
  }

  private String folded(List<@Nullable Object> parts) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      texts.add(key.get(i).folded(parts.get(i)));
    }
    return texts.toString();
  }

  int rows() {
    return keys.size();
  }

  /** What it has written, for the test to read. */
  String tally() {
    return "%s.%s\t%d\t%d\t%d".formatted(schema, name, inserted, updated, deleted);
  }

  /** One change of some kind; empty where this table cannot have it now. */
  Optional<Done> change(Connection connection, SplittableRandom random) throws SQLException {
    try {
      return attempt(connection, random);
    } catch (SQLException e) {
      throw new SQLException("%s.%s: %s".formatted(schema, name, e.getMessage()), e);
    }
  }

  private Optional<Done> attempt(Connection connection, SplittableRandom random)
      throws SQLException {
    int kind = random.nextInt(12);
    if (kind < 3) {
      return insert(connection, random);
    }
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    return switch (kind) {
      case 3, 4 -> delete(connection, random);
      case 5 -> moveKey(connection, random);
      case 6 -> updateRange(connection, random);
      default -> Optional.of(update(connection, random));
    };
  }

  private Optional<List<@Nullable Object>> freshKey(SplittableRandom random) {
    if (!key.stream().allMatch(WriterColumn::isMadeUp)) {
      return Optional.empty();
    }
    List<@Nullable Object> parts = new ArrayList<>();
    key.forEach(column -> parts.add(column.keyPart(random)));
    return taken.contains(folded(parts)) ? Optional.empty() : Optional.of(parts);
  }

  private Optional<Done> insert(Connection connection, SplittableRandom random)
      throws SQLException {
    Optional<List<@Nullable Object>> fresh = freshKey(random);
    if (fresh.isEmpty() || keys.size() > 2 * initialRows + 200) {
      return Optional.empty();
    }
    List<@Nullable Object> parts = fresh.get();
    String into =
        "INSERT INTO %s (%s) VALUES (?%s)"
            .formatted(quoted(), names(columns), ", ?".repeat(columns.size() - 1));
    String sql =
        identity
            ? "SET IDENTITY_INSERT %1$s ON; %2$s; SET IDENTITY_INSERT %1$s OFF"
                .formatted(quoted(), into)
            : into;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int at = 1;
      for (WriterColumn column : columns) {
        Object value = column.isKey() ? parts.get(key.indexOf(column)) : column.value(random);
        column.bind(statement, at++, value);
      }
      statement.execute();
    }
    keys.add(parts);
    taken.add(folded(parts));
    inserted++;
    return Optional.of(
        new Done(
            1,
            () -> {
              keys.remove(keys.size() - 1);
              taken.remove(folded(parts));
              inserted--;
            }));
  }

  private Optional<Done> delete(Connection connection, SplittableRandom random)
      throws SQLException {
    if (keys.size() <= initialRows / 2) {
      return Optional.empty();
    }
    int at = random.nextInt(keys.size());
    List<@Nullable Object> parts = keys.get(at);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM %s WHERE %s".formatted(quoted(), equal(key, " AND ")))) {
      bindKey(statement, 1, parts);
      one("DELETE", statement.executeUpdate());
    }
    keys.remove(at);
    taken.remove(folded(parts));
    deleted++;
    return Optional.of(
        new Done(
            1,
            () -> {
              keys.add(at, parts);
              taken.add(folded(parts));
              deleted--;
            }));
  }

  private Optional<Done> moveKey(Connection connection, SplittableRandom random)
      throws SQLException {
    Optional<List<@Nullable Object>> fresh = identity ? Optional.empty() : freshKey(random);
    if (fresh.isEmpty()) {
      return Optional.empty();
    }
    int at = random.nextInt(keys.size());
    List<@Nullable Object> before = keys.get(at);
    List<@Nullable Object> after = fresh.get();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE %s SET %s WHERE %s"
                .formatted(quoted(), equal(key, ", "), equal(key, " AND ")))) {
      bindKey(statement, 1, after);
      bindKey(statement, 1 + key.size(), before);
      one("UPDATE of a key", statement.executeUpdate());
    }
    keys.set(at, after);
    taken.remove(folded(before));
    taken.add(folded(after));
    updated++;
    return Optional.of(
        new Done(
            1,
            () -> {
              keys.set(at, before);
              taken.remove(folded(after));
              taken.add(folded(before));
              updated--;
            }));
  }

  private Done update(Connection connection, SplittableRandom random) throws SQLException {
    List<WriterColumn> some = some(random);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE %s SET %s WHERE %s"
                .formatted(quoted(), equal(some, ", "), equal(key, " AND ")))) {
      bindKey(
          statement, 1 + bindSome(statement, some, random), keys.get(random.nextInt(keys.size())));
      one("UPDATE", statement.executeUpdate());
    }
    return updated(1);
  }

  /** Many rows by one statement. */
  private Optional<Done> updateRange(Connection connection, SplittableRandom random)
      throws SQLException {
    WriterColumn first = key.get(0);
    Object part = keys.get(random.nextInt(keys.size())).get(0);
    if (!first.isWhole() || !(part instanceof Number number)) {
      return Optional.empty();
    }
    List<WriterColumn> some = some(random);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE %s SET %s WHERE %s BETWEEN ? AND ?"
                .formatted(quoted(), equal(some, ", "), first.sql()))) {
      int bound = bindSome(statement, some, random);
      statement.setLong(bound + 1, number.longValue());
      statement.setLong(bound + 2, number.longValue() + random.nextInt(WIDEST_RANGE));
      return Optional.of(updated(statement.executeUpdate()));
    }
  }

  private Done updated(int rows) {
    updated += rows;
    return new Done(rows, () -> updated -= rows);
  }

  private List<WriterColumn> some(SplittableRandom random) {
    List<WriterColumn> free =
        columns.stream()
            .filter(column -> !column.isKey() && (column.isMadeUp() || !column.samples().isEmpty()))
            .toList();
    List<WriterColumn> some = free.stream().filter(column -> random.nextInt(3) == 0).toList();
    return some.isEmpty() ? List.of(free.get(random.nextInt(free.size()))) : some;
  }

  private static int bindSome(
      PreparedStatement statement, List<WriterColumn> some, SplittableRandom random)
      throws SQLException {
    for (int i = 0; i < some.size(); i++) {
      some.get(i).bind(statement, i + 1, some.get(i).value(random));
    }
    return some.size();
  }

  private void bindKey(PreparedStatement statement, int from, List<@Nullable Object> parts)
      throws SQLException {
    for (int i = 0; i < key.size(); i++) {
      key.get(i).bind(statement, from + i, parts.get(i));
    }
  }

  private void one(String what, int rows) {
    if (rows != 1) {
      throw new IllegalStateException(
          "%s.%s: %s changed %d rows instead of one".formatted(schema, name, what, rows));
    }
  }
}
