package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.DatabaseDefinition;
import dev.renkei.standin.catalog.Grant;
import dev.renkei.standin.catalog.Grant.Scope;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Rights;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.User;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.AlterRole;
import dev.renkei.standin.tsql.ast.Statement.CreateLogin;
import dev.renkei.standin.tsql.ast.Statement.CreateUser;
import dev.renkei.standin.tsql.ast.Statement.DropLogin;
import dev.renkei.standin.tsql.ast.Statement.DropUser;
import dev.renkei.standin.tsql.ast.Statement.PermissionVerb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Logins, users, roles, and what they may do: CREATE LOGIN to DENY. */
final class Principals {
  private final Work work;
  private final Rights rights;

  Principals(Work work) {
    this.work = work;
    this.rights = work.catalog().rights();
  }

  // ---- logins ----

  void create(CreateLogin statement) throws SqlError, SQLException {
    work.requireAdministrator();
    if (rights.login(statement.name()).isPresent()) {
      throw Refusals.loginExists(statement.name());
    }
    rights.putLogin(statement.name(), statement.password());
  }

  void drop(DropLogin statement) throws SqlError, SQLException {
    work.requireAdministrator();
    if (rights.login(statement.name()).isEmpty() || statement.name().equalsIgnoreCase("sa")) {
      throw Refusals.noPrincipal("drop", "login", statement.name());
    }
    rights.removeLogin(statement.name());
  }

  // ---- users and roles ----

  void create(CreateUser statement) throws SqlError, SQLException {
    Database database = work.writable(work.database());
    work.requireOwner(database.name());
    if (isTaken(database, statement.name())) {
      throw Refusals.userExists(statement.name());
    }
    String login = statement.login() == null ? statement.name() : statement.login();
    if (rights.login(login).isEmpty()) {
      throw Refusals.noLogin(login);
    }
    if (users(database).stream().anyMatch(u -> u.login().equalsIgnoreCase(login))
        || login.equalsIgnoreCase("sa")) {
      throw Refusals.loginHasUser();
    }
    rights.putUser(database.name(), statement.name(), login);
  }

  void drop(DropUser statement) throws SqlError, SQLException {
    Database database = work.writable(work.database());
    work.requireOwner(database.name());
    if (users(database).stream().noneMatch(u -> u.name().equalsIgnoreCase(statement.name()))) {
      if (statement.ifExists()) {
        return;
      }
      throw Refusals.noPrincipal("drop", "user", statement.name());
    }
    rights.removeUser(database.name(), statement.name());
  }

  void alter(AlterRole statement) throws SqlError, SQLException {
    Database database = work.writable(work.database());
    work.requireOwner(database.name());
    if (!Rights.FIXED_ROLES.contains(Constraints.lower(statement.role()))) {
      throw Constraints.lower(statement.role()).startsWith("db_")
          ? SqlError.refused("the role " + statement.role())
          : Refusals.noPrincipal("alter", "role", statement.role());
    }
    String verb = statement.add() ? "add" : "drop";
    if (users(database).stream().noneMatch(u -> u.name().equalsIgnoreCase(statement.member()))) {
      throw Refusals.noPrincipal(verb, "principal", statement.member());
    }
    rights.setMember(database.name(), statement.role(), statement.member(), statement.add());
  }

  private boolean isTaken(Database database, String name) {
    return List.of("dbo", "guest", "sys", "INFORMATION_SCHEMA", "public").stream()
            .anyMatch(n -> n.equalsIgnoreCase(name))
        || Rights.FIXED_ROLES.contains(Constraints.lower(name))
        || users(database).stream().anyMatch(u -> u.name().equalsIgnoreCase(name));
  }

  private List<User> users(Database database) {
    return work.catalog()
        .definition(database.name())
        .map(d -> List.copyOf(d.users()))
        .orElse(List.of());
  }

  // ---- GRANT, REVOKE, DENY ----

  void change(Statement.Permission statement) throws SqlError, SQLException {
    List<Permission> permissions = new ArrayList<>();
    for (String text : statement.permissions()) {
      permissions.add(
          Permission.of(text).orElseThrow(() -> SqlError.refused("the permission " + text)));
    }
    for (Permission permission : permissions) {
      if (permission == Permission.VIEW_SERVER_STATE) {
        changeServer(statement, permission);
      } else {
        changeDatabase(statement, permission);
      }
    }
  }

  /** Rights on the server are kept in master, under the names of logins. */
  private void changeServer(Statement.Permission statement, Permission permission)
      throws SqlError, SQLException {
    work.requireAdministrator();
    for (String grantee : statement.grantees()) {
      String login =
          rights
              .login(grantee)
              .orElseThrow(() -> Refusals.noPrincipal("find", "login", grantee))
              .name();
      put(
          statement.verb(),
          "master",
          new Grant(login, permission, Scope.DATABASE, 0, "", "", isDeny(statement)));
    }
  }

  private void changeDatabase(Statement.Permission statement, Permission permission)
      throws SqlError, SQLException {
    ObjectName target = statement.target();
    Database database =
        target == null || statement.targetIsSchema()
            ? work.writable(work.database())
            : work.databaseOf(target);
    work.requireOwner(database.name());
    for (String grantee : statement.grantees()) {
      String user = grantee(database, grantee);
      for (Grant grant : grants(statement, permission, database, user)) {
        put(statement.verb(), database.name(), grant);
      }
    }
  }

  private String grantee(Database database, String name) throws SqlError {
    if (name.equalsIgnoreCase("public")) {
      return "public";
    }
    return users(database).stream()
        .map(User::name)
        .filter(u -> u.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> Refusals.noPrincipal("find", "user", name));
  }

  private List<Grant> grants(
      Statement.Permission statement, Permission permission, Database database, String user)
      throws SqlError {
    boolean deny = isDeny(statement);
    ObjectName target = statement.target();
    if (target == null) {
      return List.of(new Grant(user, permission, Scope.DATABASE, 0, "", "", deny));
    }
    if (statement.targetIsSchema()) {
      String schema =
          work.catalog()
              .definition(database.name())
              .flatMap(d -> d.schema(target.name()))
              .map(DatabaseDefinition.Schema::name)
              .orElseThrow(() -> Refusals.noPrincipal("find", "schema", target.name()));
      return List.of(new Grant(user, permission, Scope.SCHEMA, 0, schema, "", deny));
    }
    Table table =
        work.find(target).orElseThrow(() -> Refusals.noPrincipal("find", "object", target.name()));
    if (statement.columns().isEmpty()) {
      return List.of(new Grant(user, permission, Scope.OBJECT, table.objectId(), "", "", deny));
    }
    if (permission != Permission.SELECT
        && permission != Permission.UPDATE
        && permission != Permission.REFERENCES) {
      throw new SqlError(
          1020,
          1,
          15,
          "Sub-entity lists (such as column or security expressions) cannot be specified for"
              + " entity-level permissions.");
    }
    List<Grant> grants = new ArrayList<>();
    for (String column : statement.columns()) {
      String name =
          table
              .column(column)
              .map(Table.Column::name)
              .orElseThrow(() -> Refusals.noKeyColumn(column));
      grants.add(new Grant(user, permission, Scope.COLUMN, table.objectId(), "", name, deny));
    }
    return grants;
  }

  private static boolean isDeny(Statement.Permission statement) {
    return statement.verb() == PermissionVerb.DENY;
  }

  private void put(PermissionVerb verb, String database, Grant grant) throws SQLException {
    if (verb == PermissionVerb.REVOKE) {
      rights.remove(database, grant);
    } else {
      rights.put(database, grant);
    }
  }
}
