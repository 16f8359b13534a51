package dev.renkei.standin.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueriesTest {
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop();
    shop.run(
        """
        CREATE TABLE dbo.Customer(
          Id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Customer PRIMARY KEY,
          Name nvarchar(50) NOT NULL,
          Code char(4) NULL,
          Tag varchar(10) COLLATE Latin1_General_CS_AS NULL,
          Active bit NOT NULL,
          Born datetime NULL,
          Credit money NULL,
          Twice AS (Credit * 2));
        CREATE TABLE dbo.Orders(
          CustomerId int NOT NULL,
          No smallint NOT NULL,
          Total decimal(10,2) NULL,
          CONSTRAINT PK_Orders PRIMARY KEY (CustomerId, No));
        INSERT INTO dbo.Customer(Name, Code, Tag, Active, Born, Credit) VALUES
          (N'Ann', 'A', 'x', 1, '2000-01-01 00:00:00.003', 10),
          (N'bob ', 'B', 'X', 0, NULL, NULL),
          (N'Cid', NULL, NULL, 1, '1999-12-31', 2.5);
        INSERT INTO dbo.Orders VALUES (1, 1, 9.99), (1, 2, 20), (2, 1, NULL);
        """);
    shop.with("@id", SqlType.INT, 1)
        .with("@name", SqlType.nvarchar(4000), "ANN ")
        .with("@since", SqlType.BIGINT, 0L)
        .with(
            "@at",
            SqlType.fractional(Kind.DATETIME2, 7),
            LocalDateTime.of(2000, 1, 1, 0, 0, 0, 3_333_300))
        .with(
            "@ms",
            SqlType.fractional(Kind.DATETIME2, 7),
            LocalDateTime.of(2000, 1, 1, 0, 0, 0, 3_000_000));
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "SELECT Id FROM Customer WHERE Name = 'ANN' ¦ 1",
        "SELECT Id FROM Customer WHERE Name = @name ¦ 1",
        "SELECT Id FROM Customer WHERE Name = 'BOB' ¦ 2",
        "SELECT Id FROM Customer WHERE Tag = 'X' ¦ 2",
        "SELECT Id FROM Customer WHERE Tag = 'X' COLLATE Latin1_General_CI_AS ORDER BY Id ¦ 1;2",
        "SELECT '[' + Code + ']' FROM Customer WHERE Id = 1 ¦ [A   ]",
        "SELECT Id FROM Customer WHERE Code = 'a' ¦ 1",
        "SELECT Id FROM Customer WHERE Active = 1 ORDER BY Id DESC ¦ 3;1",
        "SELECT Id FROM Customer WHERE Active = 'true' ORDER BY 1 ¦ 1;3",
        "SELECT Id FROM Customer WHERE Born = '2000-01-01 00:00:00.003' ¦ 1",
        "SELECT Id FROM Customer WHERE Born = @at ¦ 1",
        "SELECT Id FROM Customer WHERE Born = @ms ¦ ``",
        "SELECT Id FROM Customer WHERE Born > @ms ¦ 1",
        "SELECT Id FROM Customer WHERE Born < '2000' ¦ 3",
        "SELECT Id FROM Customer WHERE Id = '2' ¦ 2",
        "SELECT Id FROM Customer WHERE Id IN (1, '3', 2.0) ORDER BY Id ¦ 1;2;3",
        "SELECT Id FROM Customer WHERE Id NOT IN (1, 2) ¦ 3",
        "SELECT Id FROM Customer WHERE Name IN ('ann', N'CID') ORDER BY Id ¦ 1;3",
        "SELECT Id FROM Customer WHERE Name LIKE 'a%' ¦ 1",
        "SELECT Id FROM Customer WHERE Name LIKE '[a-b]%' ORDER BY Id ¦ 1;2",
        "SELECT Id FROM Customer WHERE Born IS NULL ¦ 2",
        "SELECT Id FROM Customer WHERE Id BETWEEN 2 AND 3 ORDER BY Id ¦ 2;3",
        "SELECT Born FROM Customer ORDER BY Born ¦ null;1999-12-31 00:00:00;2000-01-01 00:00:00.003",
        "SELECT Twice FROM Customer WHERE Id = 3 ¦ 5.0000",
        "SELECT TOP 2 Id FROM Customer ORDER BY Id DESC ¦ 3;2",
        "SELECT TOP (@id) Id FROM Customer ORDER BY Id ¦ 1",
        "SELECT TOP 50 PERCENT Id FROM Customer ORDER BY Id ¦ 1;2",
        "SELECT TOP 1 WITH TIES Active FROM Customer ORDER BY Active DESC ¦ TRUE;TRUE",
        "SELECT Id FROM Customer ORDER BY Id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY ¦ 2",
        "SELECT Id FROM Customer ORDER BY Id OFFSET @id ROWS ¦ 2;3",
        "SELECT COUNT(*), SUM(Credit), AVG(Credit), MIN(Name), MAX(Id) FROM Customer ¦ 3|12.5000|6.2500|Ann|3",
        "SELECT AVG(CustomerId) FROM Orders ¦ 1",
        "SELECT AVG(Total) FROM Orders ¦ 14.995000",
        "SELECT CustomerId, COUNT(*) n FROM Orders GROUP BY CustomerId HAVING COUNT(*) > 1 ¦ 1|2",
        "SELECT YEAR(Born) + 1, COUNT(*) FROM Customer WHERE Born IS NOT NULL GROUP BY YEAR(Born) ORDER BY YEAR(Born) ¦ 2000|1;2001|1",
        "SELECT UPPER(Name) u FROM Customer GROUP BY UPPER(Name) ORDER BY u ¦ ANN;BOB ;CID",
        "SELECT DISTINCT Active FROM Customer ORDER BY Active ¦ FALSE;TRUE",
        "SELECT c.Name, o.No FROM Customer c JOIN Orders o ON o.CustomerId = c.Id ORDER BY c.Id, o.No ¦ Ann|1;Ann|2;bob |1",
        "SELECT c.Id, o.No FROM Customer c LEFT JOIN Orders o ON o.CustomerId = c.Id AND o.No = 1 ORDER BY c.Id ¦ 1|1;2|1;3|null",
        "SELECT c.Id, o.No FROM Orders o RIGHT JOIN Customer c ON o.CustomerId = c.Id WHERE o.No IS NULL ¦ 3|null",
        "SELECT c.Id, v.x FROM Customer c FULL JOIN (VALUES (1), (9)) v(x) ON v.x = c.Id ORDER BY c.Id, v.x ¦ null|9;1|1;2|null;3|null",
        "SELECT COUNT(*) FROM Customer CROSS JOIN Orders ¦ 9",
        "SELECT Id FROM Customer c WHERE EXISTS (SELECT * FROM Orders o WHERE o.CustomerId = c.Id AND o.No = 2) ¦ 1",
        "SELECT Id FROM Customer WHERE Id IN (SELECT CustomerId FROM Orders) ORDER BY Id ¦ 1;2",
        "SELECT (SELECT COUNT(*) FROM Orders o WHERE o.CustomerId = c.Id) FROM Customer c ORDER BY Id ¦ 2;1;0",
        "SELECT Id FROM Customer WHERE Id >= ALL (SELECT CustomerId FROM Orders) ORDER BY Id ¦ 2;3",
        "SELECT x.n FROM (SELECT COUNT(*) AS n FROM Orders) x ¦ 3",
        "WITH big AS (SELECT * FROM Orders WHERE Total > 10), n(c) AS (SELECT COUNT(*) FROM big) SELECT c FROM n ¦ 1",
        "SELECT 1 UNION SELECT '2' ORDER BY 1 ¦ 1;2",
        "SELECT Name FROM Customer WHERE Id = 1 UNION SELECT 'ANN' ¦ Ann",
        "SELECT Id FROM Customer EXCEPT SELECT CustomerId FROM Orders ¦ 3",
        "SELECT No FROM Orders UNION ALL SELECT 5 ORDER BY No ¦ 1;1;2;5",
        "SELECT ROW_NUMBER() OVER (ORDER BY Id DESC), Id FROM Customer ORDER BY 1 ¦ 1|3;2|2;3|1",
        "SELECT SUM(Total) OVER (PARTITION BY CustomerId ORDER BY No) FROM Orders ORDER BY CustomerId, No ¦ 9.99;29.99;null",
        "SELECT LAG(No) OVER (ORDER BY CustomerId, No) FROM Orders ORDER BY CustomerId, No ¦ null;1;2",
        "SELECT STRING_AGG(CAST(No AS varchar(3)), ',') FROM Orders WHERE CustomerId = 1 ¦ 1,2",
        "SELECT Shop.dbo.Customer.Id FROM Shop.dbo.Customer WHERE dbo.Customer.Id = 1 ¦ 1",
        "SELECT c.* FROM Orders c WITH (NOLOCK) WHERE No = 2 ¦ 1|2|20.00",
        "SELECT OBJECT_NAME(OBJECT_ID('dbo.Orders')), COLUMNPROPERTY(OBJECT_ID('Orders'), 'Total', 'ColumnId') ¦ Orders|3",
        "SELECT name FROM sys.tables ORDER BY name ¦ Customer;Orders",
        "SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'orders' ¦ 3",
        "SELECT CASE WHEN Credit > 5 THEN 'much' WHEN Credit IS NULL THEN NULL ELSE 'some' END FROM Customer ORDER BY Id ¦ much;null;some",
        "SELECT ISNULL(Credit, 0) FROM Customer WHERE Id = 2 ¦ 0.0000",
        "SELECT COL_LENGTH('dbo.Customer', 'Name') ¦ 100",
        "SELECT a.Id FROM Customer a CROSS APPLY (SELECT MAX(No) m FROM Orders) o WHERE a.Id = o.m ¦ 2",
        "SELECT Id FROM Customer ORDER BY (SELECT NULL), Id DESC ¦ 3;2;1",
        "SELECT Id AS Name FROM Customer ORDER BY Name ¦ 1;2;3",
        "SELECT IDENT_CURRENT('Customer') ¦ 3",
        "SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) FROM Orders ¦ 1;2;3",
        "SELECT c.Name FROM Customer c, Orders o WHERE o.CustomerId = c.Id AND o.No = 2 ¦ Ann",
        "SELECT a.Id FROM Customer a LEFT JOIN (Orders o JOIN Customer b ON b.Id = o.CustomerId) ON o.CustomerId = a.Id AND b.Id = 2 WHERE o.No IS NOT NULL ¦ 2",
        "SELECT COUNT(DISTINCT UPPER(Name)) FROM Customer ¦ 3",
        "SELECT Id FROM Customer WHERE Name + '!' = 'ANN!' ¦ 1",
        "SELECT Id FROM Customer WHERE LEN(Name) = 3 ORDER BY Id ¦ 1;2;3",
        "SELECT Id FROM Customer WHERE Credit = '10' ¦ 1",
        "SELECT Id FROM Customer WHERE Credit * 2 > 5.5 ¦ 1",
        "SELECT Id FROM Customer WHERE Born >= '19991231' AND Born < DATEADD(day, 1, '19991231') ¦ 3",
        "SELECT Id FROM Customer WHERE NULLIF(Name, 'ann') IS NULL ¦ 1",
        "SELECT Id FROM Customer WHERE CONVERT(varchar(10), Born, 120) = '2000-01-01' ¦ 1",
        "SELECT MAX(Born) FROM Customer ¦ 2000-01-01 00:00:00.003",
        "SELECT CAST(Born AS date) d, COUNT(*) FROM Customer GROUP BY CAST(Born AS date) ORDER BY d ¦ null|1;1999-12-31|1;2000-01-01|1",
        "SELECT TOP 1 (SELECT MAX(No) FROM Orders WHERE CustomerId = c.Id) AS m FROM Customer c ORDER BY m DESC ¦ 2",
        "SELECT Id FROM Customer c WHERE Id = (SELECT MIN(CustomerId) FROM Orders) ¦ 1",
        "SELECT Id FROM Customer WHERE NOT (Name = 'ann' OR Credit IS NULL) ¦ 3",
        "SELECT Name FROM Customer WHERE Code LIKE 'A' ¦ Ann",
        "SELECT Name COLLATE Latin1_General_CS_AS FROM Customer WHERE Name COLLATE Latin1_General_BIN2 = 'Ann' ¦ Ann",
        "SELECT MIN(Tag), MAX(Tag) FROM Customer ¦ X|x",
        "SELECT COALESCE(Code, Name) FROM Customer WHERE Id = 1 ¦ `A   `",
        "SELECT CAST(Total AS int), CAST(Total AS varchar(10)) FROM Orders WHERE No = 1 AND CustomerId = 1 ¦ 9|9.99",
        "SELECT 'It''s ' + CAST(Id AS varchar(10)) FROM Customer WHERE Id = 1 ¦ It's 1",
        "SELECT SUM(CASE WHEN Active = 1 THEN 1 ELSE 0 END) FROM Customer ¦ 2",
        "SELECT Id FROM Customer UNION ALL SELECT NULL ORDER BY Id ¦ null;1;2;3",
        "SELECT 1 AS a UNION ALL (SELECT 2 UNION SELECT 2) ORDER BY a DESC ¦ 2;1",
        "SELECT o.* FROM (SELECT TOP 1 * FROM Orders ORDER BY No DESC) AS o ¦ 1|2|20.00",
        "SELECT x.Id, y.Id FROM Customer x CROSS JOIN Customer y WHERE x.Id < y.Id ORDER BY x.Id, y.Id ¦ 1|2;1|3;2|3",
        "SELECT t.name, c.name FROM sys.columns c JOIN sys.tables t ON t.object_id = c.object_id WHERE t.object_id = OBJECT_ID('dbo.Orders') ORDER BY c.column_id ¦ Orders|CustomerId;Orders|No;Orders|Total",
        "SELECT 5 % 3, -5 / 2.0, 2 * 3 + 4 ¦ 2|-2.500000|10",
        "SELECT CAST(2 AS tinyint) + CAST(3 AS tinyint), -CAST(2 AS tinyint) ¦ 5|-2",
        "SELECT 1 WHERE 1 = 0 ¦ ``",
      })
  void answersAsSqlServerDoes(String sql, String rows) throws Exception {
    assertThat(shop.run(sql)).as(sql).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "SELECT * FROM Nowhere ¦ 208 ¦ Invalid object name 'Nowhere'.",
        "SELECT * FROM nodb.dbo.T ¦ 208 ¦ Invalid object name 'nodb.dbo.T'.",
        "SELECT Nothing FROM Customer ¦ 207 ¦ Invalid column name 'Nothing'.",
        "SELECT x.Id FROM Customer c ¦ 4104 ¦ The multi-part identifier \"x.Id\" could not be bound.",
        "SELECT No FROM Orders a, Orders b ¦ 209 ¦ Ambiguous column name 'No'.",
        "SELECT 1 FROM Orders, Orders ¦ 1013 ¦ The objects \"Orders\" and \"Orders\" in the FROM clause have the same exposed names. Use correlation names to distinguish them.",
        "SELECT 1 FROM Customer WHERE Tag = Name ¦ 468 ¦ Cannot resolve the collation conflict between \"SQL_Latin1_General_CP1_CS_AS\" and \"SQL_Latin1_General_CP1_CI_AS\" in the equal to operation.",
        "SELECT CustomerId, No FROM Orders GROUP BY CustomerId ¦ 8120 ¦ Column 'No' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.",
        "SELECT Id, COUNT(*) FROM Customer ¦ 8120 ¦ Column 'Id' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.",
        "SELECT 1 UNION SELECT 1, 2 ¦ 205 ¦ All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
        "SELECT x FROM (SELECT 1) t ¦ 8155 ¦ No column name was specified for column 1 of 't'.",
        "SELECT DISTINCT Id FROM Customer ORDER BY Name ¦ 145 ¦ ORDER BY items must appear in the select list if SELECT DISTINCT is specified.",
        "SELECT * FROM (SELECT Id FROM Customer ORDER BY Id) t ¦ 1033 ¦ The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
        "WITH r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r ¦ 50001 ¦ The SQL Server stand-in does not support recursive common table expressions (r).",
        "SELECT SUM(Active) FROM Customer ¦ 8117 ¦ Operand data type bit is invalid for sum operator.",
        "SELECT * FROM CHANGETABLE(CHANGES Orders, 0) c ¦ 22105 ¦ Change tracking is not enabled on table 'Orders'.",
        "SELECT @id = Id, Name FROM Customer ¦ 141 ¦ A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
        "SELECT * FROM #temp ¦ 50001 ¦ The SQL Server stand-in does not support temporary tables (#temp).",
      })
  void refusesAsSqlServerDoes(String sql, int number, String message) {
    SqlError error = catchThrowableOfType(SqlError.class, () -> shop.run(sql));
    assertThat(error).as(sql).isNotNull();
    assertThat(error).as(sql).hasMessage(message);
    assertThat(error.number()).isEqualTo(number);
  }

  @Test
  void describesResultColumnsAsSqlServerDoes() throws Exception {
    assertThat(shop.types("SELECT *, Id + 1, 'x' AS t FROM Customer"))
        .isEqualTo(
            "id int not null, name nvarchar(50) not null, code char(4), tag varchar(10), active bit"
                + " not null, born datetime, credit money, twice money, int not null, t varchar(1)"
                + " not null");
    var columns = shop.translate("SELECT Id, Twice, Name AS n FROM Customer").columns();
    assertThat(columns.get(0).identity()).isTrue();
    assertThat(columns.get(1).computed()).isTrue();
    assertThat(columns.get(2).name()).isEqualTo("n");
  }

  @Test
  void assignsVariablesFromTheLastRow() throws Exception {
    Translated t = shop.translate("SELECT @id = Id, @name = Name FROM Customer");
    assertThat(t.assignedVariables()).containsExactly("@id", "@name");
    assertThat(shop.run("SELECT @id = 5, @since = @id + 1")).isEqualTo("5|6");
  }

  @Test
  void saysWhatAStatementTouches() throws Exception {
    assertThat(shop.translate("SELECT 1").touchesTables()).isFalse();
    assertThat(shop.translate("SELECT CHANGE_TRACKING_CURRENT_VERSION()").touchesTables())
        .isFalse();
    assertThat(shop.translate("SELECT 1 FROM Orders").touchesTables()).isTrue();
  }
}
