package dev.renkei.standin.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangesTest {
  private Shop shop;

  @BeforeEach
  void open() throws Exception {
    shop = new Shop();
    shop.run(
        """
        CREATE TABLE Item(
          Id int IDENTITY(10,5) NOT NULL CONSTRAINT PK_Item PRIMARY KEY,
          Name nvarchar(5) NOT NULL,
          Code char(3) NULL,
          Bin varbinary(2) NULL,
          Level tinyint NULL,
          Added datetime NOT NULL CONSTRAINT DF_Added DEFAULT GETUTCDATE(),
          Mark varchar(10) NULL CONSTRAINT DF_Mark DEFAULT 'new',
          Twice AS (Level * 2),
          Stamp rowversion);
        CREATE TABLE Price(ItemId int NOT NULL, Amount money NOT NULL);
        INSERT INTO Item(Name) VALUES ('a'), ('b'), ('c');
        """);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void fillsDefaultsIdentitiesAndStamps() throws Exception {
    assertThat(shop.run("SELECT Id, Name, Added, Mark, Stamp FROM Item ORDER BY Id"))
        .isEqualTo(
            "10|a|2026-03-04 05:06:07.123|new|0x00000000000007D1;15|b|2026-03-04"
                + " 05:06:07.123|new|0x00000000000007D2;20|c|2026-03-04"
                + " 05:06:07.123|new|0x00000000000007D3");
    assertThat(shop.run("SELECT @@DBTS")).isEqualTo("0x00000000000007D3");
  }

  @Test
  void takesTheDefaultKeyword() throws Exception {
    shop.run("INSERT INTO Item(Name, Mark, Level, Stamp) VALUES ('d', DEFAULT, DEFAULT, DEFAULT)");
    shop.run("UPDATE Item SET Mark = 'x'; UPDATE Item SET Mark = DEFAULT WHERE Name = 'a'");
    assertThat(shop.run("SELECT Name, Mark, Level FROM Item ORDER BY Name"))
        .isEqualTo("a|new|null;b|x|null;c|x|null;d|x|null");
  }

  @Test
  void stampsEveryUpdatedRowAnew() throws Exception {
    shop.run("UPDATE Item SET Name = Name");
    assertThat(shop.run("SELECT Stamp FROM Item ORDER BY Id"))
        .isEqualTo("0x00000000000007D4;0x00000000000007D5;0x00000000000007D6");
    shop.run(
        "MERGE Item AS t USING (SELECT 'a' n UNION ALL SELECT 'b') s ON t.Name = s.n WHEN MATCHED THEN UPDATE SET Mark = 'm';");
    shop.run("UPDATE i SET Mark = 'f' FROM Item i JOIN (VALUES ('b'), ('c')) v(n) ON v.n = i.Name");
    assertThat(shop.run("SELECT COUNT(DISTINCT Stamp), MAX(CAST(Stamp AS bigint)) FROM Item"))
        .isEqualTo("3|2010");
  }

  @Test
  void knowsTheLeastStampOfOpenTransactions() throws Exception {
    shop.connection.commit();
    assertThat(shop.run("SELECT MIN_ACTIVE_ROWVERSION()")).isEqualTo("0x00000000000007D4");
    shop.run("UPDATE Item SET Level = 1");
    assertThat(shop.run("SELECT MIN_ACTIVE_ROWVERSION(), @@DBTS"))
        .isEqualTo("0x00000000000007D4|0x00000000000007D6");
    shop.connection.rollback();
    assertThat(shop.run("SELECT MIN_ACTIVE_ROWVERSION()")).isEqualTo("0x00000000000007D7");
  }

  @Test
  void insertsWhatAQueryGives() throws Exception {
    assertThat(shop.run("INSERT INTO Price SELECT Id, Level FROM Item WHERE Level IS NOT NULL"))
        .isEqualTo("0");
    assertThat(
            shop.run(
                "INSERT INTO Item(Name, Level) SELECT TOP 2 Name + '2', 7 FROM Item ORDER BY Id DESC"))
        .isEqualTo("2");
    assertThat(shop.run("SELECT Name, Mark, Twice FROM Item WHERE Level = 7 ORDER BY Name"))
        .isEqualTo("b2|new|14;c2|new|14");
  }

  @Test
  void updatesFromJoinsOnceForEachRow() throws Exception {
    shop.run("INSERT INTO Price VALUES (10, 1), (15, 2), (15, 2)");
    assertThat(
            shop.run(
                "UPDATE i SET Level = p.Amount, Mark = i.Mark + '!' FROM Item AS i INNER JOIN Price p ON p.ItemId = i.Id WHERE p.Amount > 0"))
        .isEqualTo("2");
    assertThat(shop.run("SELECT Level, Mark FROM Item ORDER BY Id"))
        .isEqualTo("1|new!;2|new!;null|new");
    assertThat(shop.run("UPDATE Item SET Level = 9 FROM Item WHERE Id = 20")).isEqualTo("1");
    assertThat(shop.run("UPDATE TOP (1) Item SET Level = 3")).isEqualTo("1");
  }

  @Test
  void deletesFromJoins() throws Exception {
    shop.run("INSERT INTO Price VALUES (10, 1), (15, 2)");
    assertThat(shop.run("DELETE i FROM Item i JOIN Price p ON p.ItemId = i.Id WHERE p.Amount = 2"))
        .isEqualTo("1");
    assertThat(shop.run("DELETE TOP (1) FROM Item")).isEqualTo("1");
    assertThat(shop.run("DELETE Item WHERE Name = 'C'")).isEqualTo("1");
  }

  @Test
  void mergesRows() throws Exception {
    assertThat(
            shop.run(
                """
                MERGE INTO Item WITH (HOLDLOCK) AS t
                USING (VALUES ('a', 1), ('z', 2)) AS s(n, l) ON t.Name = s.n
                WHEN MATCHED AND s.l > 5 THEN DELETE
                WHEN MATCHED THEN UPDATE SET t.Level = s.l
                WHEN NOT MATCHED THEN INSERT (Name, Level) VALUES (s.n, s.l);
                """))
        .isEqualTo("2");
    assertThat(shop.run("SELECT Name, Level, Mark FROM Item WHERE Level IS NOT NULL ORDER BY Name"))
        .isEqualTo("a|1|new;z|2|new");
  }

  @Test
  void showsWhatItChanged() throws Exception {
    assertThat(
            shop.run("INSERT INTO Item(Name) OUTPUT INSERTED.Id, INSERTED.Mark AS m VALUES ('q')"))
        .isEqualTo("25|new");
    assertThat(shop.run("UPDATE Item SET Level = 4 OUTPUT DELETED.Level, DELETED.Id WHERE Id = 25"))
        .isEqualTo("null|25");
    assertThat(shop.run("UPDATE Item SET Level = 5 OUTPUT INSERTED.Level WHERE Id = 25"))
        .isEqualTo("5");
    assertThat(shop.run("DELETE FROM Item OUTPUT DELETED.Name WHERE Id = 25")).isEqualTo("q");
  }

  @Test
  void namesTheColumnsOfTheSetList() throws Exception {
    Translated t = shop.translate("UPDATE Item SET Name = Name, Level = NULL WHERE Id = 10");
    assertThat(t.updatedColumns()).containsExactlyInAnyOrder("name", "level");
    assertThat(shop.translate("INSERT INTO Item(Name) VALUES ('x')").updatedColumns()).isNull();
  }

  @Test
  void carriesTheTrackingContext() throws Exception {
    shop.with("@c", SqlType.varbinary(128), null);
    Translated t = shop.translate("WITH CHANGE_TRACKING_CONTEXT (@c) UPDATE Item SET Level = 1");
    assertThat(t.trackingContext())
        .extracting(c -> c == null ? null : c.type())
        .isEqualTo(SqlType.varbinary(128));
  }

  @Test
  void dropsBlanksAndZerosThatDoNotFit() throws Exception {
    shop.run("UPDATE Item SET Name = 'abcde   ', Code = 'x  ', Bin = 0x010000 WHERE Id = 10");
    assertThat(shop.run("SELECT Name + '|', Code + '|', Bin FROM Item WHERE Id = 10"))
        .isEqualTo("abcde||x  ||0x0100");
    shop.run("UPDATE Item SET Name = N'あ', Mark = N'あ' WHERE Id = 10");
    assertThat(shop.run("SELECT Name, Mark FROM Item WHERE Id = 10")).isEqualTo("あ|?");
  }

  @Test
  void insertsIntoIdentityColumnsWhereAllowed() throws Exception {
    shop.identityInsert =
        shop.instance.catalog().table("Shop", "dbo", "Item").orElseThrow().objectId();
    assertThat(shop.run("INSERT INTO Item(Id, Name) VALUES (100, 'h')")).isEqualTo("1");
    SqlError missing =
        catchThrowableOfType(SqlError.class, () -> shop.run("INSERT INTO Item(Name) VALUES ('h')"));
    assertThat(missing.number()).isEqualTo(545);
  }

  @Test
  void readsChangesAndTheirColumns() throws Exception {
    shop.run(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON);
        ALTER TABLE Item ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON);
        """);
    shop.run("INSERT INTO Item(Name) VALUES ('n')");
    shop.transaction.commit();
    shop.run("UPDATE Item SET Level = 3 WHERE Id = 10; DELETE FROM Item WHERE Id = 15");
    shop.transaction.commit();
    assertThat(shop.run("SELECT CHANGE_TRACKING_CURRENT_VERSION()")).isEqualTo("2");
    assertThat(shop.run("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.Item'))"))
        .isEqualTo("0");
    assertThat(
            shop.run(
                "SELECT ct.SYS_CHANGE_VERSION, ct.SYS_CHANGE_OPERATION, ct.Id, i.Name FROM CHANGETABLE(CHANGES Item, 0) AS ct LEFT JOIN Item i ON i.Id = ct.Id ORDER BY 1, 3"))
        .isEqualTo("1|I|25|n;2|U|10|a;2|D|15|null");
    assertThat(
            shop.run(
                "SELECT CHANGE_TRACKING_IS_COLUMN_IN_MASK(COLUMNPROPERTY(OBJECT_ID('Item'), 'Level', 'ColumnId'), SYS_CHANGE_COLUMNS), CHANGE_TRACKING_IS_COLUMN_IN_MASK(2, SYS_CHANGE_COLUMNS) FROM CHANGETABLE(CHANGES Item, 1) c WHERE c.SYS_CHANGE_OPERATION = 'U'"))
        .isEqualTo("1|0");
    assertThat(
            shop.run(
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES dbo.Item, 2) x) THEN 1 ELSE 0 END"))
        .isEqualTo("0");
    assertThat(
            shop.run("SELECT v.SYS_CHANGE_VERSION FROM CHANGETABLE(VERSION Item, (Id), (10)) AS v"))
        .isEqualTo("2");
    assertThat(
            shop.run(
                "SELECT i.Id, v.SYS_CHANGE_VERSION FROM Item i CROSS APPLY CHANGETABLE(VERSION Item, (Id), (i.Id)) AS v ORDER BY i.Id"))
        .isEqualTo("10|2;20|null;25|1");
    assertThat(shop.types("SELECT * FROM CHANGETABLE(CHANGES Item, 0) c"))
        .isEqualTo(
            "sys_change_version bigint not null, sys_change_creation_version bigint,"
                + " sys_change_operation nchar(1) not null, sys_change_columns varbinary(4100), sys_change_context"
                + " varbinary(128), id int not null");
    assertThat(shop.translate("SELECT c.Id FROM CHANGETABLE(CHANGES Item, 0) c").sql())
        .doesNotContain("SYS_CHANGE_COLUMNS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "INSERT INTO Item(Name) VALUES ('toolong') ¦ 2628 ¦ String or binary data would be truncated in table 'Shop.dbo.Item', column 'Name'. Truncated value: 'toolo'.",
        "UPDATE Item SET Name = 'toolong' ¦ 2628 ¦ String or binary data would be truncated in table 'Shop.dbo.Item', column 'Name'. Truncated value: 'toolo'.",
        "UPDATE Item SET Bin = 0x010203 ¦ 2628 ¦ String or binary data would be truncated in table 'Shop.dbo.Item', column 'Bin'. Truncated value: ''.",
        "INSERT INTO Item(Name, Level) VALUES ('x', 256) ¦ 220 ¦ Arithmetic overflow error for data type tinyint, value = 256.",
        "INSERT INTO Item(Name, Level) VALUES ('x', 'y') ¦ 245 ¦ Conversion failed when converting the varchar value 'y' to data type tinyint.",
        "INSERT INTO Item(Id, Name) VALUES (1, 'x') ¦ 544 ¦ Cannot insert explicit value for identity column in table 'Item' when IDENTITY_INSERT is set to OFF.",
        "UPDATE Item SET Id = 1 ¦ 8102 ¦ Cannot update identity column 'Id'.",
        "UPDATE Item SET Twice = 1 ¦ 271 ¦ The column \"Twice\" cannot be modified because it is either a computed column or is the result of a UNION operator.",
        "UPDATE Item SET Stamp = 0x01 ¦ 272 ¦ Cannot update a timestamp column.",
        "INSERT INTO Price VALUES (1) ¦ 213 ¦ Column name or number of supplied values does not match table definition.",
        "INSERT INTO Price(ItemId) SELECT 1, 2 ¦ 121 ¦ The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns.",
        "UPDATE Item SET Bin = 'x' ¦ 257 ¦ Implicit conversion from data type varchar to varbinary is not allowed. Use the CONVERT function to run this query.",
        "UPDATE Nowhere SET a = 1 ¦ 208 ¦ Invalid object name 'Nowhere'.",
        "UPDATE Item SET Nothing = 1 ¦ 207 ¦ Invalid column name 'Nothing'.",
        "UPDATE sys.tables SET name = 'x' ¦ 259 ¦ Ad hoc updates to system catalogs are not allowed.",
      })
  void refusesAsSqlServerDoes(String sql, int number, String message) {
    SqlError error = catchThrowableOfType(SqlError.class, () -> shop.run(sql));
    assertThat(error).as(sql).isNotNull();
    assertThat(error).as(sql).hasMessage(message);
    assertThat(error.number()).isEqualTo(number);
  }
}
