package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Grant.Scope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in and who may do what. Thread-safe.
 *
 * <p>A DENY on any level beats every GRANT, but for {@code sa} and members of {@code db_owner}, who
 * may all; as in SQL Server, a column's GRANT beats a DENY on its table. Fixed roles known: {@code
 * db_owner}, {@code db_datareader}, {@code db_datawriter}, and {@code public}, which everyone is
 * in.
 */
public final class Rights {
  /** The roles that a user can be added to. */
  public static final Set<String> FIXED_ROLES =
      Set.of("db_owner", "db_datareader", "db_datawriter");

  private final Catalog catalog;

  Rights(Catalog catalog) {
    this.catalog = catalog;
  }

  // ---- logins ----

  /** Whether the login exists and this is its password. */
  public boolean authenticate(String login, String password) {
    return login(login).map(l -> l.accepts(password)).orElse(false);
  }

  public Optional<Login> login(String name) {
    return Optional.ofNullable(catalog.picture().logins().get(DatabaseDefinition.fold(name)));
  }

  /** All logins, in order of their ids. */
  public List<Login> logins() {
    return catalog.picture().logins().values().stream()
        .sorted(java.util.Comparator.comparing(Login::principalId))
        .toList();
  }

  /** Makes a login, or gives it another password. {@code sa} may all. */
  public void putLogin(String name, String password) throws SQLException {
    catalog.changeLogins(
        logins -> {
          Map<String, Login> next = new LinkedHashMap<>(logins);
          Login old = logins.get(DatabaseDefinition.fold(name));
          int id =
              old != null
                  ? old.principalId()
                  : isSa(name)
                      ? 1
                      : Math.max(
                          256,
                          1
                              + logins.values().stream()
                                  .mapToInt(Login::principalId)
                                  .max()
                                  .orElse(0));
          next.put(
              DatabaseDefinition.fold(name),
              Login.of(old == null ? name : old.name(), id, password));
          return next;
        });
  }

  public void removeLogin(String name) throws SQLException {
    catalog.changeLogins(
        logins -> {
          Map<String, Login> next = new LinkedHashMap<>(logins);
          next.remove(DatabaseDefinition.fold(name));
          return next;
        });
  }

  private static boolean isSa(String login) {
    return login.equalsIgnoreCase("sa");
  }

  // ---- users ----

  /** The database's user of a login, as {@code USER_NAME()}: {@code dbo} for sa. */
  public Optional<String> user(String login, String database) {
    if (isSa(login)) {
      return Optional.of("dbo");
    }
    Optional<String> user =
        catalog.definition(database).stream()
            .flatMap(d -> d.users().stream())
            .filter(u -> u.login().equalsIgnoreCase(login))
            .map(User::name)
            .findFirst();
    if (user.isPresent() || !guestsMayEnter(database)) {
      return user;
    }
    return Optional.of("guest");
  }

  private static boolean guestsMayEnter(String database) {
    return Set.of("master", "tempdb", "msdb").contains(DatabaseDefinition.fold(database));
  }

  /** Whether a login may use a database (else 4060 or 916). */
  public boolean canOpen(String login, String database) {
    return user(login, database).isPresent();
  }

  public void putUser(String database, String name, String login) throws SQLException {
    catalog.changeDatabase(
        database,
        d -> {
          int id = 1 + d.users().stream().mapToInt(User::principalId).max().orElse(4);
          return d.withUsers(Catalog.plus(d.users(), new User(name, id, login, Set.of())));
        });
  }

  /** Removes a user with all that was granted to it. */
  public void removeUser(String database, String name) throws SQLException {
    catalog.changeDatabase(
        database,
        d ->
            d.withUsers(d.users().stream().filter(u -> !u.name().equalsIgnoreCase(name)).toList())
                .withGrants(
                    d.grants().stream().filter(g -> !g.user().equalsIgnoreCase(name)).toList()));
  }

  /** Adds a user to one of {@link #FIXED_ROLES}, or takes it out. */
  public void setMember(String database, String role, String user, boolean member)
      throws SQLException {
    if (!FIXED_ROLES.contains(DatabaseDefinition.fold(role))) {
      throw new IllegalArgumentException("not a fixed role: " + role);
    }
    catalog.changeDatabase(
        database,
        d ->
            d.withUsers(
                d.users().stream()
                    .map(u -> u.name().equalsIgnoreCase(user) ? member(u, role, member) : u)
                    .toList()));
  }

  private static User member(User user, String role, boolean member) {
    Set<String> roles = new TreeSet<>(user.roles());
    if (member) {
      roles.add(DatabaseDefinition.fold(role));
    } else {
      roles.remove(DatabaseDefinition.fold(role));
    }
    return new User(user.name(), user.principalId(), user.login(), roles);
  }

  /** Whether a login is sa, or its user is in the role. */
  public boolean isMember(String login, String database, String role) {
    return isSa(login)
        || (role.equalsIgnoreCase("public") && canOpen(login, database))
        || userOf(login, database)
            .map(u -> u.roles().contains(DatabaseDefinition.fold(role)))
            .orElse(false);
  }

  private Optional<User> userOf(String login, String database) {
    return catalog.definition(database).stream()
        .flatMap(d -> d.users().stream())
        .filter(u -> u.login().equalsIgnoreCase(login))
        .findFirst();
  }

  // ---- grants ----

  /** GRANT or DENY: replaces what was said of the same permission on the same thing. */
  public void put(String database, Grant grant) throws SQLException {
    catalog.changeDatabase(database, d -> d.withGrants(replaced(d.grants(), grant, true)));
  }

  /** REVOKE: forgets a GRANT or DENY. On a whole object it forgets those on its columns too. */
  public void remove(String database, Grant grant) throws SQLException {
    catalog.changeDatabase(database, d -> d.withGrants(replaced(d.grants(), grant, false)));
  }

  private static List<Grant> replaced(List<Grant> grants, Grant grant, boolean keep) {
    List<Grant> next = new ArrayList<>();
    for (Grant g : grants) {
      boolean ofItsColumn =
          grant.scope() == Scope.OBJECT
              && g.scope() == Scope.COLUMN
              && g.target() == grant.target()
              && g.permission() == grant.permission()
              && g.user().equalsIgnoreCase(grant.user());
      if (!g.sameAs(grant) && !ofItsColumn) {
        next.add(g);
      }
    }
    if (keep) {
      next.add(grant);
    }
    return next;
  }

  /**
   * Whether a login may do something: to a table, or in the database where the table is null.
   *
   * <p>SELECT and UPDATE on a table are allowed only where they are on all its columns; see {@link
   * #allowedColumns}.
   */
  public boolean allowed(
      String login, String database, Permission permission, @Nullable Table table) {
    if (table != null && columnsMatter(permission)) {
      return allowedColumns(login, permission, table).size() == table.columns().size();
    }
    return decide(login, database, permission, table, null);
  }

  /** The names of the columns that a login may read (SELECT) or change (UPDATE). */
  public Set<String> allowedColumns(String login, Permission permission, Table table) {
    Set<String> columns = new LinkedHashSet<>();
    for (Table.Column column : table.columns()) {
      if (decide(login, table.database(), permission, table, column.name())) {
        columns.add(column.name());
      }
    }
    return columns;
  }

  private static boolean columnsMatter(Permission permission) {
    return permission == Permission.SELECT || permission == Permission.UPDATE;
  }

  private boolean decide(
      String login,
      String database,
      Permission permission,
      @Nullable Table table,
      @Nullable String column) {
    if (isMember(login, database, "db_owner")) {
      return true;
    }
    if (!canOpen(login, database)) {
      return false;
    }
    if (table != null && table.kind() == Table.TableKind.SYSTEM_VIEW) {
      return permission == Permission.SELECT || decide(login, database, permission, null, null);
    }
    Verdict verdict = new Verdict();
    verdict.granted = grantedByRole(login, database, permission, table);
    String user = user(login, database).orElse("guest");
    for (Grant g : grants(database)) {
      boolean concerns = g.user().equalsIgnoreCase(user) || g.user().equalsIgnoreCase("public");
      if (concerns && implies(g.permission(), permission) && covers(g, table, column)) {
        verdict.hear(g);
      }
    }
    return verdict.allowed() || stateOfServer(login, permission);
  }

  private List<Grant> grants(String database) {
    return catalog.definition(database).map(DatabaseDefinition::grants).orElse(List.of());
  }

  /** VIEW SERVER STATE, kept in master under the login's name, shows the state of all databases. */
  private boolean stateOfServer(String login, Permission permission) {
    return (permission == Permission.VIEW_DATABASE_STATE
            || permission == Permission.VIEW_SERVER_STATE)
        && grants("master").stream()
            .anyMatch(
                g ->
                    g.user().equalsIgnoreCase(login)
                        && g.permission() == Permission.VIEW_SERVER_STATE
                        && !g.deny());
  }

  /**
   * Weighs what was granted and denied.
   *
   * @see <a href="https://learn.microsoft.com/sql/t-sql/statements/deny-transact-sql">DENY</a>: a
   *     table's DENY does not take precedence over a column's GRANT
   */
  private static final class Verdict {
    private boolean granted;
    private boolean denied;
    private boolean deniedOnTable;
    private boolean grantedOnColumn;

    void hear(Grant grant) {
      if (!grant.deny()) {
        granted = true;
        grantedOnColumn |= grant.scope() == Scope.COLUMN;
      } else if (grant.scope() == Scope.OBJECT) {
        deniedOnTable = true;
      } else {
        denied = true;
      }
    }

    boolean allowed() {
      return granted && !denied && (!deniedOnTable || grantedOnColumn);
    }
  }

  private boolean grantedByRole(
      String login, String database, Permission permission, @Nullable Table table) {
    return switch (permission) {
      case CONNECT -> true;
      case SELECT -> table != null && isMember(login, database, "db_datareader");
      case INSERT, UPDATE, DELETE -> table != null && isMember(login, database, "db_datawriter");
      default -> false;
    };
  }

  private static boolean implies(Permission given, Permission wanted) {
    return given == wanted || given == Permission.CONTROL;
  }

  private static boolean covers(Grant grant, @Nullable Table table, @Nullable String column) {
    return switch (grant.scope()) {
      case DATABASE -> true;
      case SCHEMA -> table != null && grant.schema().equalsIgnoreCase(table.schema());
      case OBJECT -> table != null && grant.target() == table.objectId();
      case COLUMN ->
          table != null
              && grant.target() == table.objectId()
              && column != null
              && grant.column().equalsIgnoreCase(column);
    };
  }
}
