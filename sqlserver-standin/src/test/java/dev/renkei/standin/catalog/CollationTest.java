package dev.renkei.standin.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollationTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "VARCHAR_IGNORECASE, abc, \"ABC  \", true",
        "VARCHAR_IGNORECASE, abc, \" abc\", false",
        "VARCHAR_IGNORECASE, \"\", \"   \", true",
        "VARCHAR_IGNORECASE, é, É, true",
        "VARCHAR_IGNORECASE, e, é, false",
        "VARCHAR_IGNORECASE, 東京, \"東京  \", true",
        "VARCHAR_IGNORECASE, 𠮷野家, \"𠮷野家 \", true",
        "VARCHAR_IGNORECASE, 𠮷, 𠮸, false",
        "VARCHAR_IGNORECASE, ＡＢＣ, ａｂｃ, true",
        "VARCHAR, abc, \"abc  \", true",
        "VARCHAR, abc, ABC, false",
      })
  void keysEqualOrNot(String type, String a, String b, boolean equal) throws Exception {
    try (Instance instance = Instance.open(null);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      statement.execute("CREATE TABLE t(k " + type + "(20) PRIMARY KEY)");
      insert(h2, a);

      if (equal) {
        assertThatThrownBy(() -> insert(h2, b)).isInstanceOf(SQLException.class);
      } else {
        insert(h2, b);
      }

      try (ResultSet groups =
          statement.executeQuery(
              "SELECT COUNT(*), MAX(n) FROM (SELECT COUNT(*) n FROM (SELECT CAST('"
                  + a
                  + "' AS "
                  + type
                  + "(20)) x UNION ALL SELECT CAST('"
                  + b
                  + "' AS "
                  + type
                  + "(20))) GROUP BY x)")) {
        groups.next();
        assertThat(groups.getInt(1)).isEqualTo(equal ? 1 : 2);
      }
      try (ResultSet distinct =
          statement.executeQuery(
              "SELECT COUNT(DISTINCT x) FROM (VALUES(CAST('"
                  + a
                  + "' AS "
                  + type
                  + "(20))), (CAST('"
                  + b
                  + "' AS "
                  + type
                  + "(20)))) v(x)")) {
        distinct.next();
        assertThat(distinct.getInt(1)).isEqualTo(equal ? 1 : 2);
      }
    }
  }

  @Test
  void keepsTextAsWritten() throws Exception {
    try (Instance instance = Instance.open(null);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      statement.execute("CREATE TABLE t(k VARCHAR_IGNORECASE(20) PRIMARY KEY)");
      insert(h2, "Abc  ");
      try (ResultSet rows = statement.executeQuery("SELECT k FROM t WHERE k = 'aBC'")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("Abc  ");
      }
    }
  }

  @Test
  void likePrefixesFindThroughTheIndex() throws Exception {
    try (Instance instance = Instance.open(null);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      statement.execute("CREATE TABLE t(k VARCHAR_IGNORECASE(20) PRIMARY KEY)");
      for (String key : new String[] {"ab", "ABC", "abc d", "abd", "abＺ", "東京都", "東京湾", "京都"}) {
        insert(h2, key);
      }
      assertThat(count(statement, "ab%")).isEqualTo(5);
      assertThat(count(statement, "abc%")).isEqualTo(2);
      assertThat(count(statement, "abc %")).isEqualTo(1);
      assertThat(count(statement, "東京%")).isEqualTo(2);
      assertThat(count(statement, "%c%")).isEqualTo(2);
    }
  }

  @Test
  void comparesAlikeAfterReopening(@TempDir Path directory) throws Exception {
    try (Instance instance = Instance.open(directory);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      statement.execute(
          "CREATE TABLE t(id INT PRIMARY KEY, k VARCHAR_IGNORECASE(20), CONSTRAINT u UNIQUE(k))");
      try (var insert = h2.prepareStatement("INSERT INTO t VALUES(?, ?)")) {
        for (int i = 0; i < 3000; i++) {
          insert.setInt(1, i);
          insert.setString(2, (i % 2 == 0 ? "Key" : "kEY") + i + " ".repeat(i % 3));
          insert.execute();
        }
      }
      h2.commit();
    }

    try (Instance instance = Instance.open(directory);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      for (int i = 0; i < 3000; i += 7) {
        try (ResultSet row =
            statement.executeQuery("SELECT id FROM t WHERE k = 'KEY" + i + "    '")) {
          assertThat(row.next()).as("key %d", i).isTrue();
          assertThat(row.getInt(1)).isEqualTo(i);
        }
      }
      assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES(5000, 'key17')"))
          .isInstanceOf(SQLException.class);
    }
  }

  private static void insert(Connection h2, String key) throws SQLException {
    try (var insert = h2.prepareStatement("INSERT INTO t VALUES(?)")) {
      insert.setString(1, key);
      insert.execute();
    }
  }

  private static int count(Statement statement, String pattern) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT COUNT(*) FROM t WHERE k LIKE '" + pattern + "'")) {
      row.next();
      return row.getInt(1);
    }
  }
}
