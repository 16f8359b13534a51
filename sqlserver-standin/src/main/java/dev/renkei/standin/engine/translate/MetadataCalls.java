package dev.renkei.standin.engine.translate;

import dev.renkei.standin.engine.functions.MetadataFunctions;
import dev.renkei.standin.engine.translate.Calls.Function;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions about what is defined. They are asked at run time, each time. */
final class MetadataCalls {
  private static final SqlType NAME = Types.SYSNAME;

  private MetadataCalls() {}

  static void register(Map<String, Function> functions) {
    functions.put("OBJECT_ID", s -> ask(s.expect(1, 2), "objectId", SqlType.INT, "nn", 2));
    functions.put("OBJECT_NAME", s -> ask(s.expect(1, 2), "objectName", NAME, "ii", 2));
    functions.put(
        "OBJECT_SCHEMA_NAME", s -> ask(s.expect(1, 2), "objectSchemaName", NAME, "ii", 2));
    functions.put("DB_ID", MetadataCalls::databaseId);
    functions.put("DB_NAME", MetadataCalls::databaseName);
    functions.put("SCHEMA_ID", MetadataCalls::schemaId);
    functions.put("SCHEMA_NAME", MetadataCalls::schemaName);
    functions.put("COL_NAME", s -> ask(s.expect(2, 2), "columnName", NAME, "ii", 2));
    functions.put(
        "COL_LENGTH", s -> ask(s.expect(2, 2), "columnLength", SqlType.SMALLINT, "nn", 2));
    functions.put(
        "COLUMNPROPERTY", s -> ask(s.expect(3, 3), "columnProperty", SqlType.INT, "inn", 3));
    functions.put(
        "OBJECTPROPERTY", s -> ask(s.expect(2, 2), "objectProperty", SqlType.INT, "in", 2));
    functions.put(
        "OBJECTPROPERTYEX", s -> ask(s.expect(2, 2), "objectProperty", SqlType.INT, "in", 2));
    functions.put("TYPE_ID", s -> ask(s.expect(1, 1), "typeId", SqlType.INT, "n", 1));
    functions.put("TYPE_NAME", s -> ask(s.expect(1, 1), "typeName", NAME, "i", 1));
    functions.put("DATABASEPROPERTYEX", MetadataCalls::databaseProperty);
    functions.put("SERVERPROPERTY", MetadataCalls::serverProperty);
    functions.put("HAS_PERMS_BY_NAME", MetadataCalls::hasPermission);
    functions.put("HAS_DBACCESS", MetadataCalls::hasAccess);
    functions.put(
        "IDENT_CURRENT", s -> ask(s.expect(1, 1), "identCurrent", SqlType.decimal(38, 0), "n", 1));
    functions.put("IDENT_SEED", s -> identity(s, "FALSE"));
    functions.put("IDENT_INCR", s -> identity(s, "TRUE"));
  }

  /**
   * Asks with the arguments as written and the session's database last.
   *
   * @param kinds one letter per argument: n name, i integer
   * @param wanted how many arguments the function takes; those left out are NULL
   */
  private static Typed ask(CallSite s, String function, SqlType type, String kinds, int wanted)
      throws SqlError {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      boolean name = kinds.charAt(i) == 'n';
      if (i >= s.count()) {
        arguments.add(Expressions.nullOf(name ? NAME : SqlType.INT));
      } else {
        arguments.add(name ? s.text(i).sql() : s.integer(i));
      }
    }
    arguments.add(Work.literal(s.database()));
    String sql = Casts.function(function, arguments.toArray(String[]::new));
    boolean numeric = !type.kind().isText();
    return Typed.of(numeric ? Casts.h2(sql, type) : sql, type, true, s.arguments());
  }

  private static Typed databaseId(CallSite s) throws SqlError {
    s.expect(0, 1);
    String name = s.count() == 0 ? Work.literal(s.database()) : s.text(0).sql();
    return Typed.of(
        Casts.h2(Casts.function("databaseId", name), SqlType.SMALLINT),
        SqlType.SMALLINT,
        true,
        s.arguments());
  }

  private static Typed databaseName(CallSite s) throws SqlError {
    s.expect(0, 1);
    if (s.count() == 0) {
      Work work = s.expressions().work;
      return Calls.constantName(
          work.catalog.database(s.database()).map(d -> d.name()).orElse(s.database()));
    }
    return Typed.of(Casts.function("databaseName", s.integer(0)), NAME, true, s.arguments());
  }

  private static Typed schemaId(CallSite s) throws SqlError {
    s.expect(0, 1);
    return s.count() == 0 ? Calls.constant(1) : ask(s, "schemaId", SqlType.INT, "n", 1);
  }

  private static Typed schemaName(CallSite s) throws SqlError {
    s.expect(0, 1);
    return s.count() == 0 ? Calls.constantName("dbo") : ask(s, "schemaName", NAME, "i", 1);
  }

  private static Typed databaseProperty(CallSite s) throws SqlError {
    s.expect(2, 2);
    return Typed.of(
        Casts.function("databaseProperty", s.text(0).sql(), s.text(1).sql()),
        NAME,
        true,
        s.arguments());
  }

  /** SQL Server gives a sql_variant; here numbers are int and all else nvarchar. */
  private static Typed serverProperty(CallSite s) throws SqlError {
    s.expect(1, 1);
    String known = s.literal(0).map(MetadataFunctions::serverProperty).orElse(null);
    if (known != null && known.matches("-?\\d{1,9}")) {
      return Typed.fixed("(" + known + ")", SqlType.INT, true);
    }
    return Typed.of(Casts.function("serverProperty", s.text(0).sql()), NAME, true, s.arguments());
  }

  private static Typed hasPermission(CallSite s) throws SqlError {
    s.expect(3, 5);
    if (s.count() > 3) {
      throw SqlError.refused("HAS_PERMS_BY_NAME with columns");
    }
    return Typed.of(
        Casts.function(
            "hasPermission",
            s.text(0).sql(),
            s.text(1).sql(),
            s.text(2).sql(),
            Work.literal(s.expressions().work.scope.login()),
            Work.literal(s.database())),
        SqlType.INT,
        true,
        s.arguments());
  }

  private static Typed hasAccess(CallSite s) throws SqlError {
    s.expect(1, 1);
    String login = Work.literal(s.expressions().work.scope.login());
    return Typed.of(
        Casts.function("hasAccess", s.text(0).sql(), login), SqlType.INT, true, s.arguments());
  }

  private static Typed identity(CallSite s, String increment) throws SqlError {
    s.expect(1, 1);
    SqlType type = SqlType.decimal(38, 0);
    String sql =
        Casts.function("identSeed", s.text(0).sql(), increment, Work.literal(s.database()));
    return Typed.of(Casts.h2(sql, type), type, true, s.arguments());
  }
}
