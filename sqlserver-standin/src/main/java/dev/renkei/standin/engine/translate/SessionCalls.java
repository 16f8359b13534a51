package dev.renkei.standin.engine.translate;

import static dev.renkei.standin.sql.Kind.*;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.Map;

/** Functions and variables about the session, its transaction and the server. */
final class SessionCalls {
  private static final SqlType IDENTITY = SqlType.decimal(38, 0);

  private static final String VERSION =
      "Microsoft SQL Server 2022 (RTM) - 16.0.4135.4 (X64) \n\tDeveloper Edition (64-bit), Renkei stand-in";

  private SessionCalls() {}

  static void register(Map<String, Function> functions) {
    filled(functions, "SCOPE_IDENTITY", "@@scope_identity", IDENTITY);
    filled(functions, "XACT_STATE", "@@xact_state", SqlType.SMALLINT);
    filled(functions, "CURRENT_TRANSACTION_ID", "@@transaction_id", SqlType.BIGINT);
    filled(functions, "HOST_NAME", "@@hostname", Types.SYSNAME);
    filled(functions, "APP_NAME", "@@appname", Types.SYSNAME);
    filled(functions, "CONTEXT_INFO", "@@context_info", SqlType.varbinary(128));
    functions.put("ROWCOUNT_BIG", s -> rowCountBig(s));
    functions.put(
        "MIN_ACTIVE_ROWVERSION",
        s ->
            rowVersion(
                s.expect(0, 0).expressions().work,
                "minActiveRowVersion",
                SqlType.sized(BINARY, 8)));
    for (String name :
        new String[] {"SUSER_SNAME", "SUSER_NAME", "ORIGINAL_LOGIN", "SYSTEM_USER"}) {
      functions.put(name, SessionCalls::login);
    }
    for (String name : new String[] {"USER_NAME", "USER", "CURRENT_USER", "SESSION_USER"}) {
      functions.put(name, SessionCalls::user);
    }
    functions.put("IS_SRVROLEMEMBER", s -> serverRole(s));
    functions.put("CHANGE_TRACKING_CURRENT_VERSION", SessionCalls::currentVersion);
    functions.put("CHANGE_TRACKING_MIN_VALID_VERSION", SessionCalls::minValidVersion);
    functions.put("CHANGE_TRACKING_IS_COLUMN_IN_MASK", SessionCalls::columnInMask);
  }

  private static void filled(
      Map<String, Function> functions, String name, String variable, SqlType type) {
    functions.put(name, s -> s.expect(0, 0).expressions().parameter(variable, type));
  }

  private static Typed rowCountBig(CallSite s) throws SqlError {
    s.expect(0, 0);
    return Casts.implicitly(s.expressions().parameter("@@rowcount", SqlType.INT), SqlType.BIGINT);
  }

  private static void requireSession(CallSite s) throws SqlError {
    if (!s.expressions().work.inSession) {
      throw SqlError.refused(s.name() + " in a definition");
    }
  }

  private static Typed login(CallSite s) throws SqlError {
    if (s.count() > 0) {
      throw SqlError.refused(s.name() + " with an argument");
    }
    requireSession(s);
    return Calls.constantName(s.expressions().work.scope.login());
  }

  private static Typed user(CallSite s) throws SqlError {
    if (s.count() > 0) {
      throw SqlError.refused(s.name() + " with an argument");
    }
    requireSession(s);
    Work work = s.expressions().work;
    return Calls.constantName(
        work.catalog.rights().user(work.scope.login(), work.scope.database()).orElse("guest"));
  }

  private static Typed serverRole(CallSite s) throws SqlError {
    s.expect(1, 2);
    requireSession(s);
    boolean sa = s.expressions().work.scope.login().equalsIgnoreCase("sa");
    return Calls.constant(sa ? 1 : 0);
  }

  // ---- Change Tracking ----

  /** A database's Change Tracking cannot be asked on a secondary replica. */
  static void requirePrimary(Work work, String database) throws SqlError {
    boolean secondary =
        work.catalog.database(database).map(Database::readableSecondary).orElse(false);
    if (secondary) {
      throw Faults.error(
          22117,
          "For databases that are members of a secondary availability replica (that is, for databases with a secondary role), change tracking is not supported. Run change tracking queries on the databases in the primary availability replica.");
    }
  }

  private static Typed currentVersion(CallSite s) throws SqlError {
    s.expect(0, 0);
    requireSession(s);
    Work work = s.expressions().work;
    requirePrimary(work, work.scope.database());
    return computed(work.tracking.currentVersionSql(work.scope.database()), SqlType.BIGINT);
  }

  private static Typed minValidVersion(CallSite s) throws SqlError {
    s.expect(1, 1);
    requireSession(s);
    Work work = s.expressions().work;
    requirePrimary(work, work.scope.database());
    String mayView =
        Casts.function(
            "mayViewChanges",
            "object_id",
            Work.literal(exact(work, work.scope.database())),
            Work.literal(work.scope.login()));
    return computed(
        work.tracking.minValidVersionSql(work.scope.database(), s.integer(0), mayView),
        SqlType.BIGINT);
  }

  /** Something that changes under the statement's feet, so neither fixed nor constant. */
  private static Typed computed(String sql, SqlType type) {
    return new Typed(sql, type, true, Typed.Collation.DEFAULT, false, true, null, null);
  }

  private static Typed columnInMask(CallSite s) throws SqlError {
    s.expect(2, 2);
    Typed mask = s.as(1, SqlType.varbinary(4100));
    return Typed.of(
        Casts.function("isColumnInMask", s.integer(0), mask.sql()), SqlType.INT, true, mask);
  }

  // ---- @@variables ----

  static Typed variable(String name, Expressions e) throws SqlError {
    return switch (name) {
      case "@@rowcount",
          "@@error",
          "@@trancount",
          "@@lock_timeout",
          "@@nestlevel",
          "@@options",
          "@@textsize" ->
          e.parameter(name, SqlType.INT).notNull();
      case "@@spid" -> e.parameter(name, SqlType.SMALLINT).notNull();
      case "@@identity" -> e.parameter(name, IDENTITY);
      case "@@version" -> Calls.constant(VERSION, SqlType.nvarchar(300));
      case "@@servername" -> Calls.constant("STANDIN", Types.SYSNAME);
      case "@@servicename" -> Calls.constant("MSSQLSERVER", Types.SYSNAME);
      case "@@language" -> Calls.constant("us_english", Types.SYSNAME);
      case "@@langid" -> Typed.fixed("0", SqlType.SMALLINT, false);
      case "@@max_precision" -> Typed.fixed("38", SqlType.TINYINT, false);
      case "@@max_connections" -> Typed.fixed("32767", SqlType.INT, false);
      case "@@microsoftversion" -> Typed.fixed(Integer.toString(0x10001027), SqlType.INT, false);
      case "@@datefirst" -> Typed.fixed("7", SqlType.TINYINT, false);
      case "@@fetch_status" -> Typed.fixed("0", SqlType.INT, false);
      case "@@procid" -> Typed.fixed("0", SqlType.INT, false);
      case "@@dbts" -> rowVersion(e.work, "lastRowVersion", SqlType.varbinary(8));
      default -> throw Faults.undeclared(name);
    };
  }

  private static Typed rowVersion(Work work, String function, SqlType type) {
    String database = Work.literal(exact(work, work.scope.database()));
    return Typed.fixed(
        Casts.h2(Casts.function(function, database), SqlType.ROWVERSION), type, false);
  }

  private static String exact(Work work, String database) {
    return work.catalog.database(database).map(Database::name).orElse(database);
  }
}
