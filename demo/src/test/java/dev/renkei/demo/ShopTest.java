package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ShopTest {
  private static List<String> ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
      return texts;
    }
  }

  @Test
  void hasTheRowsThatWereAskedForInEightTrackedTables() throws Exception {
    try (ShopServer shop = ShopServer.start(3_000);
        Connection connection = shop.connect()) {
      long rows = 0;
      for (ShopTable table : ShopTable.values()) {
        long count =
            Long.parseLong(ask(connection, "SELECT count(*) FROM " + table.quoted()).get(0));
        assertThat(count).as(table.toString()).isEqualTo(table.rowsOf(3_000));
        rows += count;
      }

      assertThat(rows).isEqualTo(3_000);
      assertThat(ask(connection, "SELECT OBJECT_NAME(object_id) FROM sys.change_tracking_tables"))
          .containsExactlyInAnyOrderElementsOf(
              Shop.tables().stream().map(table -> table.table()).toList());
      assertThat(
              ask(
                  connection,
                  "SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()"))
          .containsExactly("1");
      assertThat(ask(connection, "SELECT CHANGE_TRACKING_CURRENT_VERSION()"))
          .as("nothing of the seeding is tracked")
          .containsExactly("0");
    }
  }

  @Test
  void hasNullsEmptyTextsJapaneseAndEmoji() throws Exception {
    try (ShopServer shop = ShopServer.start(3_000);
        Connection connection = shop.connect()) {
      List<String> memos = ask(connection, "SELECT DISTINCT Memo FROM dbo.Customers");

      assertThat(memos).contains("null", "", "VIP 🎉", "住所変更済み");
      assertThat(ask(connection, "SELECT Name FROM dbo.Customers"))
          .anyMatch(name -> name.startsWith("佐藤"))
          .anyMatch(name -> name.startsWith("𠮷野"));
      assertThat(ask(connection, "SELECT Name FROM dbo.Products")).anyMatch(n -> n.endsWith("👗"));
    }
  }

  @Test
  void theSameSeedMakesTheSameRows() throws Exception {
    assertThat(fingerprints()).isEqualTo(fingerprints());
  }

  private static List<Integer> fingerprints()
      throws IOException, SQLException, InterruptedException {
    try (ShopServer shop = ShopServer.start(1_000);
        Connection connection = shop.connectByJtds()) {
      List<Integer> fingerprints = new ArrayList<>();
      for (ShopTable table : ShopTable.values()) {
        ProofTable shape = ProofTable.read(connection, table.table());
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
            ResultSet found = statement.executeQuery(shape.sourceRowsSql())) {
          while (found.next()) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < shape.columns().size(); i++) {
              row.append(shape.columns().get(i).ofSource(found, i + 1)).append('|');
            }
            rows.add(row.toString());
          }
        }
        fingerprints.add(rows.stream().sorted().toList().hashCode());
      }
      return fingerprints;
    }
  }
}
