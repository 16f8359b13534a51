package dev.renkei.standin.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.Grant.Scope;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlType;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightsTest {
  private Instance instance;
  private Rights rights;
  private Table orders;
  private Table secret;

  @BeforeEach
  void open() throws Exception {
    instance = Instance.open(null);
    rights = instance.catalog().rights();
    instance.catalog().createDatabase("Shop");
    instance.catalog().createSchema("Shop", "hr");
    orders = instance.catalog().putTable(table("dbo", "Orders"));
    secret = instance.catalog().putTable(table("hr", "Salaries"));
    rights.putLogin("sa", "sa-password");
    rights.putLogin("reader", "pass word");
    rights.putLogin("stranger", "x");
    rights.putUser("Shop", "reader", "reader");
  }

  @AfterEach
  void close() {
    instance.close();
  }

  private Table table(String schema, String name) {
    return new Table(
        instance.catalog().nextObjectId(),
        "Shop",
        schema,
        name,
        TableKind.USER_TABLE,
        List.of(column(1, "Id"), column(2, "Note")),
        null,
        List.of(),
        0);
  }

  private static Column column(int id, String name) {
    return new Column(
        id, name, new SqlColumnType(SqlType.INT, null), true, null, null, false, null, null);
  }

  @Test
  void aLoginNeedsItsPassword() {
    assertThat(rights.authenticate("READER", "pass word")).isTrue();
    assertThat(rights.authenticate("reader", "Pass word")).isFalse();
    assertThat(rights.authenticate("reader", "")).isFalse();
    assertThat(rights.authenticate("nobody", "")).isFalse();
  }

  @Test
  void onlyUsersMayEnterADatabase() {
    assertThat(rights.canOpen("sa", "Shop")).isTrue();
    assertThat(rights.canOpen("reader", "shop")).isTrue();
    assertThat(rights.canOpen("stranger", "Shop")).isFalse();
    assertThat(rights.canOpen("stranger", "master")).isTrue();
    assertThat(rights.user("sa", "Shop")).contains("dbo");
    assertThat(rights.user("reader", "Shop")).contains("reader");
    assertThat(rights.user("stranger", "tempdb")).contains("guest");
  }

  @ParameterizedTest(name = "{0} {1} on {2}")
  @CsvSource({
    "sa, CONTROL, orders, true",
    "sa, VIEW_CHANGE_TRACKING, orders, true",
    "reader, SELECT, orders, false",
    "reader, INSERT, orders, false",
    "reader, CONNECT, , true",
    "reader, CREATE_TABLE, , false",
    "stranger, SELECT, orders, false",
  })
  void withoutGrants(String login, Permission permission, String table, boolean allowed) {
    assertThat(rights.allowed(login, "Shop", permission, named(table))).isEqualTo(allowed);
  }

  /** Steps: {@code +} grants, {@code -} denies, {@code ~} revokes, {@code @} adds to a role. */
  @ParameterizedTest(name = "after {0}: {1} on {2}")
  @CsvSource({
    "+SELECT orders, SELECT, orders, true",
    "+SELECT orders, SELECT, secret, false",
    "+SELECT orders, UPDATE, orders, false",
    "+SELECT orders/~SELECT orders, SELECT, orders, false",
    "+SELECT dbo., SELECT, orders, true",
    "+SELECT dbo., SELECT, secret, false",
    "+SELECT, SELECT, secret, true",
    "+SELECT/-SELECT orders, SELECT, orders, false",
    "+SELECT/-SELECT orders, SELECT, secret, true",
    "+SELECT/-SELECT hr., SELECT, secret, false",
    "-SELECT/+SELECT orders, SELECT, orders, false",
    "-SELECT orders/~SELECT orders/+SELECT, SELECT, orders, true",
    "+SELECT orders.Id, SELECT, orders, false",
    "+SELECT orders.Id/+SELECT orders.Note, SELECT, orders, true",
    "+SELECT orders/-SELECT orders.Note, SELECT, orders, false",
    "-SELECT orders/+SELECT orders.Id/+SELECT orders.Note, SELECT, orders, true",
    "-SELECT/+SELECT orders.Id/+SELECT orders.Note, SELECT, orders, false",
    "+SELECT orders.Id/-SELECT orders, SELECT, orders, false",
    "+SELECT orders.Id/~SELECT orders, SELECT, orders, false",
    "+CONTROL orders, SELECT, orders, true",
    "+CONTROL orders, VIEW_CHANGE_TRACKING, orders, true",
    "+CONTROL, VIEW_DATABASE_STATE, , true",
    "+VIEW_DATABASE_STATE, VIEW_DATABASE_STATE, , true",
    "+VIEW_CHANGE_TRACKING orders, VIEW_CHANGE_TRACKING, orders, true",
    "+VIEW_CHANGE_TRACKING orders, SELECT, orders, false",
    "+VIEW_CHANGE_TRACKING dbo., VIEW_CHANGE_TRACKING, orders, true",
    "@db_datareader, SELECT, secret, true",
    "@db_datareader, INSERT, secret, false",
    "@db_datareader, VIEW_CHANGE_TRACKING, orders, false",
    "@db_datareader/-SELECT orders, SELECT, orders, false",
    "@db_datawriter, DELETE, orders, true",
    "@db_datawriter, SELECT, orders, false",
    "@db_owner, ALTER, orders, true",
    "@db_owner/-SELECT orders, SELECT, orders, true",
  })
  void after(String steps, Permission permission, String table, boolean allowed) throws Exception {
    for (String step : steps.split("/")) {
      take(step);
    }
    assertThat(rights.allowed("reader", "Shop", permission, named(table))).isEqualTo(allowed);
  }

  @Test
  void columnsAreGrantedOneByOne() throws Exception {
    take("+SELECT orders.Id");
    assertThat(rights.allowedColumns("reader", Permission.SELECT, orders)).containsExactly("Id");
    take("+SELECT orders");
    assertThat(rights.allowedColumns("reader", Permission.SELECT, orders))
        .containsExactly("Id", "Note");
    take("-SELECT orders.Note");
    assertThat(rights.allowedColumns("reader", Permission.SELECT, orders)).containsExactly("Id");
  }

  @Test
  void publicStandsForEveryone() throws Exception {
    rights.put(
        "Shop",
        new Grant("public", Permission.SELECT, Scope.OBJECT, orders.objectId(), "", "", false));
    assertThat(rights.allowed("reader", "Shop", Permission.SELECT, orders)).isTrue();
    assertThat(rights.allowed("stranger", "Shop", Permission.SELECT, orders)).isFalse();
  }

  @Test
  void theServersStateImpliesEveryDatabases() throws Exception {
    rights.put(
        "master",
        new Grant("reader", Permission.VIEW_SERVER_STATE, Scope.DATABASE, 0, "", "", false));
    assertThat(rights.allowed("reader", "Shop", Permission.VIEW_DATABASE_STATE, null)).isTrue();
    assertThat(rights.allowed("reader", "Shop", Permission.SELECT, orders)).isFalse();
  }

  @Test
  void aDroppedUserLeavesNoRightsBehind() throws Exception {
    take("+SELECT orders");
    rights.removeUser("Shop", "reader");
    rights.putUser("Shop", "reader", "reader");
    assertThat(rights.allowed("reader", "Shop", Permission.SELECT, orders)).isFalse();
  }

  @Test
  void rightsDoNotPassToATableMadeAnew() throws Exception {
    take("+SELECT orders");
    instance.catalog().removeTable(orders);
    Table again = instance.catalog().putTable(table("dbo", "Orders"));
    assertThat(rights.allowed("reader", "Shop", Permission.SELECT, again)).isFalse();
  }

  private void take(String step) throws Exception {
    if (step.startsWith("@")) {
      rights.setMember("Shop", step.substring(1), "reader", true);
      return;
    }
    String[] words = step.substring(1).split(" ");
    Permission permission = Permission.valueOf(words[0].toUpperCase(Locale.ROOT));
    String target = words.length < 2 ? "" : words[1];
    int point = target.indexOf('.');
    Scope scope =
        target.isEmpty()
            ? Scope.DATABASE
            : target.endsWith(".") ? Scope.SCHEMA : point > 0 ? Scope.COLUMN : Scope.OBJECT;
    Table table = named(point < 0 ? target : target.substring(0, point));
    Grant grant =
        new Grant(
            "reader",
            permission,
            scope,
            table == null ? 0 : table.objectId(),
            scope == Scope.SCHEMA ? target.substring(0, point) : "",
            scope == Scope.COLUMN ? target.substring(point + 1) : "",
            step.startsWith("-"));
    if (step.startsWith("~")) {
      rights.remove("Shop", grant);
    } else {
      rights.put("Shop", grant);
    }
  }

  private @org.jspecify.annotations.Nullable Table named(
      @org.jspecify.annotations.Nullable String name) {
    return "orders".equals(name) ? orders : "secret".equals(name) ? secret : null;
  }
}
