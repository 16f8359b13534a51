package dev.renkei.standin.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlType;
import java.nio.file.Path;
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
