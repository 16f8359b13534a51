package dev.renkei.bench.source;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Tables whose rows are read: few columns, and one of most types that a shop has. */
public enum SampleTable {
  NARROW(
      false,
      List.of(
          key(),
          column("big", TypeKind.BIGINT, 0, 0, 0),
          text("code", 20),
          column("at", TypeKind.DATETIME2, 0, 0, 3))),
  MIXED(
      true,
      List.of(
          key(),
          column("big", TypeKind.BIGINT, 0, 0, 0),
          text("name", 50),
          text("code", 20),
          column("amount", TypeKind.DECIMAL, 0, 18, 4),
          column("at", TypeKind.DATETIME2, 0, 0, 7),
          column("bin", TypeKind.VARBINARY, 16, 0, 0),
          column("flag", TypeKind.BIT, 0, 0, 0),
          column("guid", TypeKind.UNIQUEIDENTIFIER, 0, 0, 0),
          column("ratio", TypeKind.FLOAT, 0, 0, 0)));

  private static final String COLLATION = "SQL_Latin1_General_CP1_CI_AS";

  private final boolean columnsTracked;
  private final TableSchema schema;

  SampleTable(boolean columnsTracked, List<Column> columns) {
    this.columnsTracked = columnsTracked;
    this.schema =
        new TableSchema(new TableName("dbo", name().toLowerCase(java.util.Locale.ROOT)), columns);
  }

  private static Column key() {
    return new Column("id", TypeKind.INT, 0, 0, 0, null, false, 1, false);
  }

  private static Column column(String name, TypeKind kind, int length, int precision, int scale) {
    return new Column(name, kind, length, precision, scale, null, true, 0, false);
  }

  private static Column text(String name, int length) {
    return new Column(name, TypeKind.NVARCHAR, length, 0, 0, COLLATION, true, 0, false);
  }

  public TableSchema schema() {
    return schema;
  }

  public TableName table() {
    return schema.table();
  }

  /** Whether Change Tracking keeps which columns an update touched. */
  public boolean columnsTracked() {
    return columnsTracked;
  }

  /** Creates the table, not tracked yet, and fills it. */
  public void create(Connection connection, int rows) throws SQLException {
    StringBuilder sql = new StringBuilder("CREATE TABLE " + table() + "(");
    for (Column column : schema.columns()) {
      sql.append(column.name()).append(' ').append(column.sqlType());
      sql.append(column.isKey() ? " NOT NULL PRIMARY KEY, " : ", ");
    }
    execute(connection, sql.substring(0, sql.length() - 2) + ")");
    execute(connection, "INSERT INTO %s VALUES (%s)".formatted(table(), values("0", "0")));
    for (int have = 1; have < rows; have *= 2) {
      execute(
          connection,
          "INSERT INTO %s SELECT %s FROM %s WHERE id < %d"
              .formatted(
                  table(),
                  values("id", Integer.toString(have)),
                  table(),
                  Math.min(have, rows - have)));
    }
  }

  /** A row's values, as the row of another id. */
  private String values(String id, String added) {
    String number = "(%s + %s)".formatted(id, added);
    StringBuilder values = new StringBuilder();
    for (Column column : schema.columns()) {
      values.append(values.isEmpty() ? "" : ", ");
      values.append(
          switch (column.name()) {
            case "id" -> number;
            case "big" -> number + " * CAST(1000003 AS bigint)";
            case "name" -> "CONCAT(N'name of row number ', " + number + ")";
            case "code" -> "CONCAT(N'C', " + number + " % 1000)";
            case "amount" -> "CAST(" + number + " AS decimal(18,4)) / 7";
            case "at" ->
                "DATEADD(second, %s, CAST('2020-01-01T00:00:01.1234567' AS datetime2))"
                    .formatted(number);
            case "bin" -> "0x000102030405060708090a0b0c0d0e0f";
            case "flag" -> "CAST(" + number + " % 2 AS bit)";
            case "guid" -> "NEWID()";
            case "ratio" -> number + " / 3.0";
            default -> throw new IllegalStateException(column.name());
          });
    }
    return values.toString();
  }

  /**
   * Switches Change Tracking on and updates every row.
   *
   * @param rowsPerVersion how many in one transaction
   */
  public void change(Connection connection, int rows, int rowsPerVersion) throws SQLException {
    execute(
        connection,
        "ALTER TABLE %s ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = %s)"
            .formatted(table(), columnsTracked ? "ON" : "OFF"));
    for (int from = 0; from < rows; from += rowsPerVersion) {
      execute(
          connection,
          "UPDATE %s SET big = big + 1 WHERE id >= %d AND id < %d"
              .formatted(table(), from, from + rowsPerVersion));
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
