package dev.renkei.standin.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
  @Test
  void hasTheSystemDatabasesAtOnce() throws Exception {
    try (Instance instance = Instance.open(null)) {
      assertThat(instance.catalog().databases())
          .extracting(Database::id, Database::name)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(1, "master"),
              org.assertj.core.groups.Tuple.tuple(2, "tempdb"),
              org.assertj.core.groups.Tuple.tuple(3, "model"),
              org.assertj.core.groups.Tuple.tuple(4, "msdb"));
    }
  }

  @Test
  void findsEverythingAgainAfterReopening(@TempDir Path directory) throws Exception {
    long version;
    Table orders;
    try (Instance instance = Instance.open(directory)) {
      Catalog catalog = instance.catalog();
      catalog.createDatabase("Shop");
      catalog.createSchema("shop", "Sales");
      orders = catalog.putTable(orders(catalog.nextObjectId()));
      try (Connection h2 = instance.connect();
          Statement statement = h2.createStatement()) {
        statement.execute("CREATE TABLE \"Shop.Sales\".\"Orders\"(\"Id\" INT PRIMARY KEY)");
      }
      catalog.rights().putLogin("sa", "secret");
      version = catalog.version();
    }

    try (Instance instance = Instance.open(directory)) {
      Catalog catalog = instance.catalog();
      assertThat(catalog.version()).isEqualTo(version);
      assertThat(catalog.schemas("SHOP")).containsExactly("dbo", "Sales");
      assertThat(catalog.table("shop", "SALES", "ORDERS")).contains(orders);
      assertThat(catalog.table(orders.objectId())).contains(orders);
      assertThat(catalog.nextObjectId()).isNotEqualTo(orders.objectId());
      assertThat(catalog.rights().authenticate("SA", "secret")).isTrue();
      assertThat(catalog.rights().authenticate("sa", "Secret")).isFalse();
    }
  }

  @Test
  void findsEverythingCommittedAfterAHardKill(@TempDir Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledInstance.class.getName(),
                directory.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isEqualTo(KilledInstance.EXIT);

    try (Instance instance = Instance.open(directory);
        Connection h2 = instance.connect();
        Statement statement = h2.createStatement()) {
      assertThat(instance.catalog().tables("Shop"))
          .extracting(Table::name)
          .containsExactly("Orders");
      try (ResultSet row =
          statement.executeQuery("SELECT COUNT(*) FROM \"Shop.Sales\".\"Orders\"")) {
        row.next();
        assertThat(row.getInt(1)).isEqualTo(KilledInstance.COMMITTED);
      }
      assertThatThrownBy(() -> statement.execute("SELECT * FROM \"Shop.Sales\".\"Unfinished\""))
          .isInstanceOf(SQLException.class);
    }
  }

  /** What another process does before it is gone without a goodbye. */
  static final class KilledInstance {
    static final int EXIT = 9;
    static final int COMMITTED = 100;

    private KilledInstance() {}

    public static void main(String[] args) throws Exception {
      Instance instance = Instance.open(Path.of(args[0]));
      instance.catalog().createDatabase("Shop");
      instance.catalog().createSchema("Shop", "Sales");
      Connection h2 = instance.connect();
      Statement statement = h2.createStatement();
      statement.execute("CREATE TABLE \"Shop.Sales\".\"Orders\"(\"Id\" INT PRIMARY KEY)");
      instance.catalog().putTable(orders(instance.catalog().nextObjectId()));
      statement.execute("CREATE TABLE \"Shop.Sales\".\"Unfinished\"(\"Id\" INT)");
      for (int i = 0; i < COMMITTED; i++) {
        statement.execute("INSERT INTO \"Shop.Sales\".\"Orders\" VALUES(" + i + ")");
        h2.commit();
      }
      statement.execute("INSERT INTO \"Shop.Sales\".\"Orders\" VALUES(-1)");
      Runtime.getRuntime().halt(EXIT);
    }
  }

  private static Table orders(int id) {
    return new Table(
        id,
        "Shop",
        "Sales",
        "Orders",
        TableKind.USER_TABLE,
        List.of(
            new Table.Column(
                1,
                "Id",
                new SqlColumnType(SqlType.INT, null),
                false,
                null,
                null,
                false,
                null,
                null)),
        new Table.Key("PK_Orders", 1, true, true, true, List.of("Id"), List.of(false)),
        List.of(),
        0);
  }
}
