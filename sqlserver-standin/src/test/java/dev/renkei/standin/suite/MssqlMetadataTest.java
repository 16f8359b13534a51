package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the catalog tells: catalog views, INFORMATION_SCHEMA, and the driver's own metadata. */
class MssqlMetadataTest extends StandInSuite {

  @BeforeEach
  void createTables() throws SQLException {
    client.run(
        "CREATE SCHEMA sales",
        "CREATE TYPE dbo.Name FROM nvarchar(50) NOT NULL",
        "CREATE TABLE sales.[Order Line] (OrderId int NOT NULL, Line int IDENTITY(1, 1) NOT NULL,"
            + " Item dbo.Name, Price money NOT NULL CONSTRAINT DF_Price DEFAULT (0),"
            + " Qty decimal(9, 3) NULL, Total AS (Price * 2) PERSISTED, Note nvarchar(max) NULL,"
            + " At datetime2(3) NULL,"
            + " CONSTRAINT PK_OrderLine PRIMARY KEY (OrderId, Line DESC),"
            + " CONSTRAINT UQ_OrderLine UNIQUE (Item))",
        "CREATE INDEX IX_At ON sales.[Order Line] (At) INCLUDE (Qty)",
        "CREATE VIEW sales.Cheap AS SELECT OrderId, Item FROM sales.[Order Line] WHERE Price < 10");
  }

  private static List<String> read(ResultSet result, String... columns) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (result) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (String column : columns) {
          row.add(String.valueOf(result.getString(column)));
        }
        rows.add(String.join(" ", row));
      }
    }
    return rows;
  }

  private DatabaseMetaData driver() throws SQLException {
    return client.connection().getMetaData();
  }

  @Test
  void theDriverListsTables() throws SQLException {
    assertThat(
            read(
                driver().getTables(database, "sales", "%", new String[] {"TABLE", "VIEW"}),
                "TABLE_SCHEM",
                "TABLE_NAME",
                "TABLE_TYPE"))
        .containsExactlyInAnyOrder("sales Cheap VIEW", "sales Order Line TABLE");
  }

  @Test
  void theDriverListsSchemasAndCatalogs() throws SQLException {
    assertThat(read(driver().getSchemas(), "TABLE_SCHEM")).contains("dbo", "sales");
    assertThat(read(driver().getCatalogs(), "TABLE_CAT")).contains("master", database);
  }

  @Test
  void theDriverListsColumns() throws SQLException {
    assertThat(
            read(
                driver().getColumns(database, "sales", "Order Line", "%"),
                "COLUMN_NAME",
                "TYPE_NAME",
                "COLUMN_SIZE",
                "IS_NULLABLE",
                "IS_AUTOINCREMENT"))
        .containsExactly(
            "OrderId int 10 NO NO",
            "Line int identity 10 NO YES",
            "Item Name 50 NO NO",
            "Price money 19 NO NO",
            "Qty decimal 9 YES NO",
            "Total money 19 YES NO",
            "Note nvarchar 2147483647 YES NO",
            "At datetime2 23 YES NO");
  }

  @Test
  void theDriverListsThePrimaryKey() throws SQLException {
    assertThat(
            read(
                driver().getPrimaryKeys(database, "sales", "Order Line"),
                "COLUMN_NAME",
                "KEY_SEQ",
                "PK_NAME"))
        .containsExactlyInAnyOrder("OrderId 1 PK_OrderLine", "Line 2 PK_OrderLine");
  }

  @Test
  void theDriverListsIndexes() throws SQLException {
    assertThat(
            read(
                driver().getIndexInfo(database, "sales", "Order Line", false, true),
                "INDEX_NAME",
                "COLUMN_NAME",
                "NON_UNIQUE"))
        .contains("PK_OrderLine OrderId 0", "UQ_OrderLine Item 0", "IX_At At 1");
  }

  @Test
  void catalogViewsDescribeATable() throws SQLException {
    assertThat(
            client.rows(
                "SELECT c.name, TYPE_NAME(c.system_type_id), t.name, c.max_length, c.precision,"
                    + " c.scale, c.is_nullable, c.is_identity, c.is_computed"
                    + " FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id"
                    + " WHERE c.object_id = OBJECT_ID(N'sales.[Order Line]') ORDER BY c.column_id"))
        .containsExactly(
            column("OrderId", "int", "int", 4, 10, 0, false, false, false),
            column("Line", "int", "int", 4, 10, 0, false, true, false),
            column("Item", "nvarchar", "Name", 100, 0, 0, false, false, false),
            column("Price", "money", "money", 8, 19, 4, false, false, false),
            column("Qty", "decimal", "decimal", 5, 9, 3, true, false, false),
            column("Total", "money", "money", 8, 19, 4, true, false, true),
            column("Note", "nvarchar", "nvarchar", -1, 0, 0, true, false, false),
            column("At", "datetime2", "datetime2", 7, 23, 3, true, false, false));
  }

  private static List<Object> column(
      String name,
      String base,
      String type,
      int length,
      int precision,
      int scale,
      boolean nullable,
      boolean identity,
      boolean computed) {
    return List.of(
        name,
        base,
        type,
        (short) length,
        (short) precision,
        (short) scale,
        nullable,
        identity,
        computed);
  }

  @Test
  void catalogViewsDescribeKeys() throws SQLException {
    assertThat(
            client.rows(
                "SELECT k.name, k.type, i.type_desc, c.name, ic.key_ordinal, ic.is_descending_key"
                    + " FROM sys.key_constraints AS k"
                    + " JOIN sys.indexes AS i ON i.object_id = k.parent_object_id"
                    + " AND i.index_id = k.unique_index_id"
                    + " JOIN sys.index_columns AS ic ON ic.object_id = i.object_id"
                    + " AND ic.index_id = i.index_id"
                    + " JOIN sys.columns AS c ON c.object_id = ic.object_id"
                    + " AND c.column_id = ic.column_id"
                    + " WHERE k.parent_object_id = OBJECT_ID(N'sales.Order Line')"
                    + " OR k.parent_object_id = OBJECT_ID(N'[sales].[Order Line]')"
                    + " ORDER BY k.name, ic.key_ordinal"))
        .containsExactly(
            Client.row("PK_OrderLine", "PK", "CLUSTERED", "OrderId", (short) 1, false),
            Client.row("PK_OrderLine", "PK", "CLUSTERED", "Line", (short) 2, true),
            Client.row("UQ_OrderLine", "UQ", "NONCLUSTERED", "Item", (short) 1, false));
    assertThat(
            client.rows(
                "SELECT name, is_unique, is_primary_key FROM sys.indexes"
                    + " WHERE object_id = OBJECT_ID(N'sales.[Order Line]') ORDER BY name"))
        .containsExactly(
            Client.row("IX_At", false, false),
            Client.row("PK_OrderLine", true, true),
            Client.row("UQ_OrderLine", true, false));
  }

  @Test
  void catalogViewsDescribeComputedColumns() throws SQLException {
    assertThat(
            client.rows(
                "SELECT name, is_persisted FROM sys.computed_columns"
                    + " WHERE object_id = OBJECT_ID(N'sales.[Order Line]')"))
        .containsExactly(Client.row("Total", true));
    assertThat(
            (String)
                client.value(
                    "SELECT definition FROM sys.computed_columns"
                        + " WHERE object_id = OBJECT_ID(N'sales.[Order Line]')"))
        .contains("Price");
  }

  @Test
  void catalogViewsDescribeDatabasesAndSchemas() throws SQLException {
    assertThat(client.column("SELECT name FROM sys.databases ORDER BY database_id"))
        .startsWith("master", "tempdb", "model", "msdb")
        .contains(database);
    assertThat(
            client.rows(
                "SELECT snapshot_isolation_state_desc, state_desc, CAST(is_read_only AS int)"
                    + " FROM sys.databases WHERE name = DB_NAME()"))
        .containsExactly(Client.row("ON", "ONLINE", 0));
    assertThat(
            client.column(
                "SELECT s.name FROM sys.schemas AS s JOIN sys.tables AS t"
                    + " ON t.schema_id = s.schema_id WHERE t.name = N'order line'"))
        .containsExactly("sales");
    assertThat(client.value("SELECT OBJECT_NAME(OBJECT_ID(N'sales.Cheap'))")).isEqualTo("Cheap");
    assertThat(client.value("SELECT OBJECT_SCHEMA_NAME(OBJECT_ID(N'sales.Cheap'))"))
        .isEqualTo("sales");
    assertThat(client.value("SELECT OBJECT_ID(N'sales.Nothing')")).isNull();
  }

  @Test
  void informationSchemaDescribesTablesAndColumns() throws SQLException {
    assertThat(
            client.rows(
                "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES"
                    + " ORDER BY TABLE_NAME"))
        .containsExactly(
            Client.row("sales", "Cheap", "VIEW"), Client.row("sales", "Order Line", "BASE TABLE"));
    assertThat(
            client.rows(
                "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION,"
                    + " NUMERIC_SCALE, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS"
                    + " WHERE TABLE_NAME = 'Order Line' AND ORDINAL_POSITION IN (3, 5, 7)"
                    + " ORDER BY ORDINAL_POSITION"))
        .containsExactly(
            Client.row("Item", "nvarchar", 50, null, null, "NO"),
            Client.row("Qty", "decimal", null, (short) 9, 3, "YES"),
            Client.row("Note", "nvarchar", -1, null, null, "YES"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sys.databases",
        "sys.schemas",
        "sys.tables",
        "sys.columns",
        "sys.types",
        "sys.indexes",
        "sys.index_columns",
        "sys.key_constraints",
        "sys.computed_columns",
        "sys.change_tracking_databases",
        "sys.change_tracking_tables",
        "sys.dm_tran_commit_table",
        "sys.database_recovery_status",
        "INFORMATION_SCHEMA.TABLES",
        "INFORMATION_SCHEMA.COLUMNS",
        "INFORMATION_SCHEMA.TABLE_CONSTRAINTS",
        "INFORMATION_SCHEMA.KEY_COLUMN_USAGE"
      })
  void everyNamedViewCanBeRead(String view) throws SQLException {
    assertThat(client.rows("SELECT * FROM " + view)).isNotNull();
    assertThat(client.number("SELECT COUNT(*) FROM master." + view)).isNotNegative();
  }

  @Test
  void theCatalogOfAnotherDatabaseIsItsOwn() throws SQLException {
    assertThat(client.column("SELECT name FROM master.sys.tables")).doesNotContain("Order Line");
    try (Client master = Drivers.mssql(standIn, "master")) {
      assertThat(master.column("SELECT name FROM " + database + ".sys.tables"))
          .containsExactly("Order Line");
    }
  }
}
