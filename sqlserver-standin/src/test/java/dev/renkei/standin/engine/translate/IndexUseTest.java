package dev.renkei.standin.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexUseTest {
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop();
    shop.run(
        """
        CREATE TABLE Ints(Id int NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Texts(Id nvarchar(20) NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Chars(Id char(5) NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Exact(Id varchar(20) COLLATE Latin1_General_CS_AS NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Guids(Id uniqueidentifier NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Moments(Id datetime NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Decimals(Id decimal(10,2) NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Tiny(Id tinyint NOT NULL PRIMARY KEY, v int);
        CREATE TABLE Pairs(A int NOT NULL, B nvarchar(10) NOT NULL, v int, PRIMARY KEY (A, B));
        CREATE TABLE Versions(Id int NOT NULL PRIMARY KEY, rv rowversion);
        CREATE INDEX IX_Versions ON Versions(rv);
        """);
    for (String table : new String[] {"Ints", "Texts", "Chars", "Exact", "Decimals"}) {
      for (int i = 0; i < 300; i++) {
        shop.run("INSERT INTO " + table + "(Id, v) VALUES (" + i + ", 1)");
      }
    }
    for (int i = 0; i < 255; i++) {
      shop.run("INSERT INTO Tiny(Id, v) VALUES (" + i + ", 1)");
    }
    for (int i = 0; i < 300; i++) {
      shop.run("INSERT INTO Guids(Id, v) VALUES (NEWID(), 1)");
      shop.run("INSERT INTO Moments(Id, v) VALUES (DATEADD(day, " + i + ", '2024-01-01'), 1)");
      shop.run("INSERT INTO Pairs VALUES (" + i / 10 + ", '" + i + "', 1)");
      shop.run("INSERT INTO Versions(Id) VALUES (" + i + ")");
    }
    shop.connection.createStatement().execute("ANALYZE");
    shop.with("@i", SqlType.INT, 1)
        .with("@l", SqlType.BIGINT, 1L)
        .with("@n", SqlType.nvarchar(4000), "1")
        .with("@g", SqlType.UNIQUEIDENTIFIER, null)
        .with("@d2", SqlType.fractional(Kind.DATETIME2, 7), null)
        .with("@d", SqlType.DATETIME, null)
        .with("@dec", SqlType.decimal(38, 4), null)
        .with("@rv", SqlType.sized(Kind.BINARY, 8), null);
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
        "SELECT v FROM Ints WHERE Id = @i ¦ Id",
        "SELECT v FROM Ints WHERE Id = @l ¦ Id",
        "SELECT v FROM Ints WHERE Id = '5' ¦ Id",
        "SELECT v FROM Ints WHERE Id IN (@i, 7, 9) ¦ Id",
        "SELECT v FROM Ints WHERE Id > @i ORDER BY Id OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY ¦ index sorted",
        "SELECT TOP (10) * FROM Ints WHERE Id > @i ORDER BY Id ¦ index sorted",
        "SELECT v FROM Texts WHERE Id = @n ¦ Id",
        "SELECT v FROM Texts WHERE Id = 'x' ¦ Id",
        "SELECT v FROM Texts WHERE Id > @n ORDER BY Id OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY ¦ index sorted",
        "SELECT v FROM Texts WHERE Id IN ('a', @n) ¦ Id",
        "SELECT v FROM Chars WHERE Id = @n ¦ Id",
        "SELECT v FROM Exact WHERE Id = @n ¦ Id",
        "SELECT v FROM Guids WHERE Id = @g ¦ Id",
        "SELECT v FROM Guids WHERE Id = '6F9619FF-8B86-D011-B42D-00C04FC964FF' ¦ Id",
        "SELECT v FROM Moments WHERE Id = @d ¦ Id",
        "SELECT v FROM Moments WHERE Id = '2024-01-05' ¦ Id",
        "SELECT v FROM Moments WHERE Id = @d2 ¦ Id",
        "SELECT v FROM Moments WHERE Id > @d2 ORDER BY Id OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY ¦ index sorted",
        "SELECT v FROM Decimals WHERE Id = @dec ¦ Id",
        "SELECT v FROM Decimals WHERE Id = 5 ¦ Id",
        "SELECT v FROM Tiny WHERE Id = @i ¦ Id",
        "SELECT v FROM Pairs WHERE A = @i AND B = @n ¦ B",
        "SELECT v FROM Pairs WHERE A > @i OR A = @i AND B > @n ORDER BY A, B OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY ¦ index sorted",
        "SELECT v FROM Pairs WHERE A = @i AND B > @n ORDER BY A, B OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY ¦ index sorted",
        "SELECT i.v FROM Ints i JOIN Texts t ON t.v = i.Id WHERE t.Id = @n ¦ Id",
        "SELECT Id FROM Versions WHERE rv > @rv AND rv < @@DBTS ¦ rv",
        "UPDATE Ints SET v = 2 WHERE Id = @i ¦ Id",
        "DELETE FROM Texts WHERE Id = @n ¦ Id",
      })
  void findsRowsByTheirKeys(String sql, String wanted) throws Exception {
    String plan = shop.plan(sql);
    if (wanted.equals("index sorted")) {
      assertThat(plan).as(sql).contains("/* index sorted */");
    } else {
      assertThat(plan)
          .as(sql)
          .doesNotContain("tableScan")
          .containsPattern("/\\* [^*]*: [^*]*\\b" + wanted + "\\b[^*]*\\*/");
    }
  }
}
