package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.standin.StandIn;
import dev.renkei.standin.sample.JapaneseText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases as people make them: Japanese, with names that need quotes, keys that fold, tables
 * without a key and tables that come later; a process of its own writes into them meanwhile.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ShopsTest {
  private static final String DATABASE = "店";
  private static final long CHANGES = Long.getLong("acceptance.changes", 3_000) / 2;
  private static final int CHANGES_PER_SECOND = Integer.getInteger("acceptance.rate", 500);
  private static final long SEED = Long.getLong("acceptance.seed", System.nanoTime());
  private static final int ADDRESSES = 8_000;

  @TempDir private Path folder = Path.of("");
  private StandIn source;
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    source = StandIn.builder().inMemory().database(DATABASE).start();
    connection = DriverManager.getConnection(source.jtdsUrl(DATABASE));
    execute("ALTER DATABASE [%s] SET CHANGE_TRACKING = ON".formatted(DATABASE));
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    source.close();
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private long version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private Installation installation(String tables) throws Exception {
    return Installation.of(folder, source, DATABASE, tables);
  }

  private Writing writing() throws Exception {
    return Writing.start(source, DATABASE, SEED, CHANGES_PER_SECOND, folder.resolve("logs"));
  }

  @Test
  void japaneseNamesAndAddressesArrive() throws Exception {
    Optional<JapaneseText> sample = JapaneseText.find();
    assumeTrue(sample.isPresent(), "needs RENKEI_DATA: there is no sample data here");
    execute(
        "CREATE TABLE dbo.名前 (番号 int NOT NULL PRIMARY KEY, kind varchar(20), 漢字 nvarchar(20),"
            + " ひらがな nvarchar(40), カタカナ nvarchar(40), romaji varchar(40))",
        "CREATE TABLE dbo.住所 (番号 int NOT NULL PRIMARY KEY, 郵便 char(7), 県 nvarchar(4),"
            + " 県カナ nvarchar(10), 市 nvarchar(20), 市カナ nvarchar(40), 町 nvarchar(60))",
        "CREATE TABLE dbo.都市 (県 nvarchar(4) NOT NULL, 市 nvarchar(20) NOT NULL, 町数 int,"
            + " PRIMARY KEY (県, 市))");
    insert("dbo.名前", sample.get().names(Integer.MAX_VALUE));
    insert("dbo.住所", sample.get().addresses(ADDRESSES));
    execute("INSERT INTO dbo.都市 SELECT a.県, a.市, COUNT(*) FROM dbo.住所 AS a GROUP BY a.県, a.市");
    Set<String> tables = track("dbo", "名前", "住所", "都市");

    try (Writing writing = writing();
        Installation renkei =
            installation(
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      renkei.up();
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(tables));
      writing.until(writing.changes() + CHANGES);
      renkei.untilArrived(writing.end().version());

      assertThat(renkei.stop().code()).isZero();
    }
    assertThat(Warehouses.differences(source, DATABASE, folder, tables)).isEmpty();
  }

  private void insert(String table, List<List<@Nullable String>> rows) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO %s VALUES (?%s)".formatted(table, ", ?".repeat(rows.get(0).size())))) {
      for (int i = 0; i < rows.size(); i++) {
        insert.setInt(1, i);
        for (int column = 0; column < rows.get(i).size(); column++) {
          insert.setString(column + 2, rows.get(i).get(column));
        }
        insert.addBatch();
        if (i % 500 == 499) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private Set<String> track(String schema, String... tables) throws SQLException {
    Set<String> names = new TreeSet<>();
    for (String table : tables) {
      execute(
          "ALTER TABLE [%s].[%s] ENABLE CHANGE_TRACKING"
              .formatted(schema, table.replace("]", "]]")));
      names.add(schema + "." + table);
    }
    return names;
  }

  /** Composite keys of several types; texts that only their quotes hold together. */
  private Set<String> createOddTables() throws SQLException {
    execute(
        "CREATE SCHEMA [営業 部]",
        "CREATE TABLE dbo.[Order Details] (OrderID int NOT NULL, ProductID int NOT NULL,"
            + " [Unit Price] money, [Discount %] real, [Line] AS ([Unit Price] * 2),"
            + " PRIMARY KEY (OrderID, ProductID))",
        "CREATE TABLE dbo.[select] ([from] nvarchar(10) NOT NULL, [order] smallint NOT NULL,"
            + " [group] date, [where] uniqueidentifier, [null] nvarchar(30), PRIMARY KEY ([order], [from]))",
        "CREATE TABLE dbo.[a.b.c] ([x.y] int NOT NULL PRIMARY KEY, [.] nvarchar(10), [..] bit)",
        "CREATE TABLE dbo.[it's \"quoted\"] ([it's] int NOT NULL PRIMARY KEY, [\"] datetime2(7), [\\] datetimeoffset(7), [$.\"a\"] time(7))",
        "CREATE TABLE dbo.[x]]y] ([a]]b] int NOT NULL PRIMARY KEY, [c[d] nvarchar(20), [{}] varbinary(20), [%s] xml)",
        "CREATE TABLE dbo.[ours] (_key int NOT NULL PRIMARY KEY, _sequence bigint, _exact datetime2(7), _type nvarchar(5))",
        "CREATE TABLE [営業 部].[商品 マスタ] (商品番号 nvarchar(12) NOT NULL, 版 datetimeoffset(3) NOT NULL,"
            + " 説明 nvarchar(max), 価格 decimal(18,4), PRIMARY KEY (商品番号, 版))",
        "CREATE TABLE dbo.codes (Code nvarchar(12) NOT NULL PRIMARY KEY, Meaning nvarchar(40), Version rowversion)");
    for (int i = 0; i < 300; i++) {
      execute(
          "INSERT INTO dbo.[Order Details] (OrderID, ProductID, [Unit Price], [Discount %%]) VALUES (%d, %d, %d.5, 0.1)"
              .formatted(i / 3, i % 3, i),
          "INSERT INTO dbo.[select] VALUES (N'k%d', %d, '2026-01-01', NULL, N'')"
              .formatted(i / 2, i % 2),
          "INSERT INTO dbo.[a.b.c] VALUES (%d, N'.', 1)".formatted(i),
          "INSERT INTO dbo.[it's \"quoted\"] VALUES (%d, '2026-01-01 00:00:00.0000001', '2026-01-01 00:00:00.1234567 +09:00', '00:00:00.0000007')"
              .formatted(i),
          "INSERT INTO dbo.[x]]y] VALUES (%d, N'[', 0x%02x, N'<a/>')".formatted(i, i % 256),
          "INSERT INTO dbo.[ours] VALUES (%d, %d, '2026-01-01 00:00:00.0000001', N'U')"
              .formatted(i, i),
          "INSERT INTO [営業 部].[商品 マスタ] VALUES (N'商品%d', '2026-01-01 00:00:00.125 +09:00', N'𠮷', 1)"
              .formatted(i),
          "INSERT INTO dbo.codes (Code, Meaning) VALUES (N'abc%d', NULL)".formatted(i));
    }
    Set<String> tables =
        track("dbo", "Order Details", "select", "a.b.c", "it's \"quoted\"", "x]y", "ours", "codes");
    tables.addAll(track("営業 部", "商品 マスタ"));
    return tables;
  }

  @Test
  void oddNamesFoldedKeysKeylessTablesAndNewcomersArrive() throws Exception {
    Set<String> tables = createOddTables();
    execute(
        "CREATE TABLE dbo.[ログ] (At datetime2(7), Text nvarchar(50))",
        "INSERT INTO dbo.[ログ] VALUES ('2026-01-01', N'twice'), ('2026-01-01', N'twice'), (NULL, NULL), (NULL, N'')");
    String keyless = "dbo.ログ";
    tables.add(keyless);

    try (Writing writing = writing();
        Installation renkei =
            installation(
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*", "営業 部.*"]
                  override:
                    dbo.ログ: {reload_every: 1s}
                """)) {
      renkei.up();
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(tables));
      respellKeys();
      tables.addAll(createNewcomers());
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(tables));
      execute("INSERT INTO dbo.[あとから 来た] VALUES (N'later', 3)");
      writing.until(writing.changes() + CHANGES);
      writing.end();
      execute(
          "DELETE TOP (1) FROM dbo.[ログ] WHERE Text = N'twice'",
          "INSERT INTO dbo.[ログ] VALUES ('2026-02-02', N'once'), (NULL, NULL)",
          "UPDATE dbo.[ログ] SET Text = N'was empty' WHERE Text = N''");
      int before = Progress.of(renkei.status()).snapshots(keyless);
      renkei.until(
          () ->
              Progress.of(renkei.status()).snapshots(keyless) > before + 4
                  ? Optional.empty()
                  : Optional.of(keyless + " is not loaded again"));
      renkei.untilArrived(version(), Set.of(keyless));

      assertThat(renkei.stop().code()).isZero();
    }
    assertThat(Warehouses.differences(source, DATABASE, folder, tables)).isEmpty();
  }

  /** The writer knows nothing of these keys, since it has read them before they were there. */
  private void respellKeys() throws SQLException {
    execute(
        "INSERT INTO dbo.codes (Code, Meaning) VALUES (N'zz-respelled', N'lower'), (N'zz-spaces', N'none'), (N'zz-moved', N'here')",
        "UPDATE dbo.codes SET Code = N'ZZ-Respelled', Meaning = N'upper' WHERE Code = N'zz-respelled'",
        "UPDATE dbo.codes SET Code = N'zz-spaces  ' WHERE Code = N'zz-spaces'",
        "UPDATE dbo.codes SET Code = N'zz-elsewhere' WHERE Code = N'ZZ-MOVED'",
        "DELETE FROM dbo.codes WHERE Code = N'zz-elsewhere '",
        "INSERT INTO dbo.codes (Code, Meaning) VALUES (N'ZZ-Elsewhere', N'again')");
  }

  private Set<String> createNewcomers() throws SQLException {
    execute(
        "CREATE TABLE dbo.[あとから 来た] (K nvarchar(10) NOT NULL PRIMARY KEY, N int)",
        "ALTER TABLE dbo.[あとから 来た] ENABLE CHANGE_TRACKING",
        "INSERT INTO dbo.[あとから 来た] VALUES (N'first', 1), (N'second', 2)");
    return Set.of("dbo.あとから 来た");
  }
}
