package dev.renkei.acceptance;

import dev.renkei.core.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Does at random to three tables what administrators and programs do: writes, changes of columns,
 * TRUNCATE, new tables under old names, tracking off and on, cleanup, restores. It remembers
 * nothing of the tables but asks the catalog each time, since a restore may have undone anything.
 */
final class RandomSource {
  static final List<String> TABLES = List.of("dbo.Numbers", "dbo.Codes", "dbo.Longs");
  private static final List<String> NAMES = List.of("A", "B", "C", "D");
  private static final int KEYS = 40;

  private final TrackedDatabase shop;
  private final Random random;
  private final List<String> backups = new ArrayList<>();
  private final List<String> diary = new ArrayList<>();
  private final Map<String, Integer> done = new LinkedHashMap<>();
  private int made;

  RandomSource(TrackedDatabase shop, Random random) {
    this.shop = shop;
    this.random = random;
  }

  /** What it may do, beside writing. */
  private enum Deed {
    ADD,
    ADD_WITH_VALUES,
    ADD_COMPUTED,
    DROP,
    RENAME,
    WIDEN,
    TRUNCATE,
    RECREATE,
    SWITCH,
    EXPIRE,
    BACKUP,
    RESTORE,
    SECONDARY
  }

  /** What was done last, in words, for a failure's message. */
  String diary() {
    return done
        + "\n"
        + String.join("\n", diary.subList(Math.max(0, diary.size() - 60), diary.size()));
  }

  void create() throws SQLException {
    for (String table : TABLES) {
      run("create", creation(table));
    }
    backup();
  }

  private static String creation(String table) {
    String columns =
        switch (table) {
          case "dbo.Numbers" -> "Id int NOT NULL, Note nvarchar(40), N int, PRIMARY KEY (Id)";
          case "dbo.Codes" ->
              "Code nvarchar(10) NOT NULL, Id int NOT NULL, Note nvarchar(40), N int, PRIMARY KEY (Code, Id)";
          default -> "Id bigint NOT NULL, Note nvarchar(40), N int, PRIMARY KEY (Id)";
        };
    return "CREATE TABLE %1$s (%2$s)\nALTER TABLE %1$s ENABLE CHANGE_TRACKING"
        .formatted(table, columns);
  }

  private String table() {
    return TABLES.get(random.nextInt(TABLES.size()));
  }

  /**
   * One step: mostly writes, now and then something else.
   *
   * @param mayExpire whether history may expire, for which the source's clock goes ahead of ours
   */
  void step(boolean mayExpire) throws SQLException {
    if (random.nextInt(100) < 75) {
      write(table(), 1 + random.nextInt(12));
      return;
    }
    Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
    if (deed != Deed.EXPIRE || mayExpire) {
      act(deed, table());
    }
  }

  /** A new row in every table: an empty column arrives with the first row that has it. */
  void touch() throws SQLException {
    for (String table : TABLES) {
      boolean codes = table.equals("dbo.Codes");
      run(
          "touch",
          "INSERT INTO %s (%sId, Note) VALUES (%s%d, N'touched')"
              .formatted(table, codes ? "Code, " : "", codes ? "N'touch', " : "", 1000 + ++made));
    }
  }

  // ---- rows ----

  private void write(String table, int statements) throws SQLException {
    List<String> columns = columns(table);
    StringBuilder sql = new StringBuilder("BEGIN TRAN\n");
    for (int i = 0; i < statements; i++) {
      sql.append(statement(table, columns)).append('\n');
    }
    run("write", sql.append("COMMIT").toString());
  }

  private String statement(String table, List<String> columns) {
    int key = random.nextInt(KEYS);
    boolean codes = table.equals("dbo.Codes");
    // Two spellings of one key.
    String code = random.nextBoolean() ? "k" : "K";
    String where = codes ? "Code = N'%s' AND Id = %d".formatted(code, key) : "Id = " + key;
    String column = columns.get(random.nextInt(columns.size()));
    return switch (random.nextInt(5)) {
      case 0 -> "DELETE FROM %s WHERE %s".formatted(table, where);
      case 1 ->
          codes
              ? "UPDATE %s SET Code = N'%s' WHERE %s".formatted(table, code, where)
              : "UPDATE %s SET Note = NULL WHERE %s".formatted(table, where);
      case 2 ->
          "UPDATE %s SET %s = %d WHERE %s".formatted(table, column, random.nextInt(1000), where);
      default ->
          "IF NOT EXISTS (SELECT 1 FROM %1$s WHERE %2$s) INSERT INTO %1$s (%3$sId, Note, N) VALUES (%4$s%5$d, N'note %6$d', %7$d)"
              .formatted(
                  table,
                  where,
                  codes ? "Code, " : "",
                  codes ? "N'" + code + "', " : "",
                  key,
                  ++made,
                  random.nextInt(1000));
    };
  }

  /** Those that an update may set: no keys, nothing computed. */
  private List<String> columns(String table) throws SQLException {
    List<String> names = new ArrayList<>(List.of("N"));
    for (String name : own(table)) {
      if (!isComputed(table, name)) {
        names.add(name);
      }
    }
    return names;
  }

  // ---- everything else ----

  private void act(Deed deed, String table) throws SQLException {
    List<String> own = own(table);
    List<String> free = NAMES.stream().filter(name -> !own.contains(name)).toList();
    String any = own.isEmpty() ? "" : own.get(random.nextInt(own.size()));
    String next = free.isEmpty() ? "" : free.get(random.nextInt(free.size()));
    switch (deed) {
      case ADD ->
          onColumn(deed, next, "ALTER TABLE %s ADD %s %s NULL".formatted(table, next, type()));
      case ADD_WITH_VALUES ->
          onColumn(
              deed,
              next,
              "ALTER TABLE %s ADD %s int NOT NULL CONSTRAINT DF_%d DEFAULT %d"
                  .formatted(table, next, ++made, random.nextInt(100)));
      case ADD_COMPUTED ->
          onColumn(
              deed,
              next,
              "ALTER TABLE %s ADD %s AS (Id * %d)".formatted(table, next, random.nextInt(9)));
      case DROP -> drop(table, any);
      case RENAME -> {
        if (!next.isEmpty()) {
          onColumn(
              deed, any, "EXEC sp_rename N'%s.%s', N'%s', N'COLUMN'".formatted(table, any, next));
        }
      }
      case WIDEN ->
          run(
              deed,
              "ALTER TABLE %s ALTER COLUMN Note nvarchar(%d) NULL".formatted(table, 40 + ++made));
      case TRUNCATE -> run(deed, "TRUNCATE TABLE " + table);
      case RECREATE -> run(deed, "DROP TABLE %s\n".formatted(table) + creation(table));
      case SWITCH -> {
        run(deed, "ALTER TABLE %s DISABLE CHANGE_TRACKING".formatted(table));
        write(table, 4);
        run(deed, "ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(table));
      }
      case EXPIRE -> {
        say(deed, "cleanup");
        shop.expire();
      }
      case BACKUP -> backup();
      case RESTORE -> {
        String device = backups.get(random.nextInt(backups.size()));
        say(deed, device);
        shop.restore(device);
      }
      case SECONDARY -> {
        say(deed, "for a moment");
        shop.secondary(true);
        shop.secondary(false);
      }
    }
  }

  /** Types that read alike in the wider one that the warehouse keeps for a name used twice. */
  private String type() {
    return List.of("int", "nvarchar(20)", "bigint").get(random.nextInt(3));
  }

  private void onColumn(Deed deed, String column, String sql) throws SQLException {
    if (!column.isEmpty()) {
      run(deed, sql);
    }
  }

  private void drop(String table, String column) throws SQLException {
    if (column.isEmpty()) {
      return;
    }
    String constraint =
        text("""
                SELECT d.name FROM sys.default_constraints AS d
                JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id
                WHERE d.parent_object_id = OBJECT_ID(N'%s') AND c.name = N'%s'"""
                .formatted(table, column))
            .map(name -> "ALTER TABLE %s DROP CONSTRAINT %s\n".formatted(table, name))
            .orElse("");
    run(Deed.DROP, constraint + "ALTER TABLE %s DROP COLUMN %s".formatted(table, column));
  }

  private void backup() throws SQLException {
    String device = "backup " + ++made;
    say(Deed.BACKUP, device);
    shop.backup(device);
    backups.add(device);
  }

  private void run(Deed deed, String sql) throws SQLException {
    run(deed.toString(), sql);
  }

  private void run(String what, String sql) throws SQLException {
    say(what, sql);
    try {
      shop.sql(sql);
    } catch (SQLException e) {
      if (!what.equals("write")) {
        throw e;
      }
      // A value that its column's type does not take; the transaction is rolled back.
      say("refused", String.valueOf(e.getMessage()));
    }
  }

  private void say(Object what, String text) {
    done.merge(what.toString(), 1, Integer::sum);
    diary.add(
        what + ": " + (text.length() < 300 ? text : text.substring(0, 300)).replace('\n', ' '));
  }

  // ---- the catalog ----

  /** Those of the columns of a table that come and go. */
  private List<String> own(String table) throws SQLException {
    try (Connection connection = shop.connect()) {
      return ComparedTable.read(connection, TableName.parse(table)).columns().stream()
          .map(ComparedColumn::name)
          .filter(NAMES::contains)
          .toList();
    }
  }

  private boolean isComputed(String table, String column) throws SQLException {
    return text("SELECT name FROM sys.columns WHERE object_id = OBJECT_ID(N'%s') AND name = N'%s' AND is_computed = 1"
            .formatted(table, column))
        .isPresent();
  }

  private Optional<String> text(String sql) throws SQLException {
    try (Connection connection = shop.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }
}
