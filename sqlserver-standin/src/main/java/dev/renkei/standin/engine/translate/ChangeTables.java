package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.TableSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code CHANGETABLE}: Change Tracking's tables in FROM. */
final class ChangeTables {
  private final Expressions expressions;
  private final Sources sources;
  private final Work work;

  ChangeTables(Expressions expressions, Sources sources) {
    this.expressions = expressions;
    this.sources = sources;
    this.work = expressions.work;
  }

  private static final List<String> CHANGE_COLUMNS =
      List.of(
          "SYS_CHANGE_VERSION",
          "SYS_CHANGE_CREATION_VERSION",
          "SYS_CHANGE_OPERATION",
          "SYS_CHANGE_COLUMNS",
          "SYS_CHANGE_CONTEXT");

  private static SqlType changeType(String column) {
    return switch (column) {
      case "SYS_CHANGE_OPERATION" -> SqlType.sized(Kind.NCHAR, 1);
      case "SYS_CHANGE_COLUMNS" -> SqlType.varbinary(4100);
      case "SYS_CHANGE_CONTEXT" -> SqlType.varbinary(128);
      default -> SqlType.BIGINT;
    };
  }

  private static Typed changeColumn(String alias, String name) {
    boolean always = name.equals("SYS_CHANGE_VERSION") || name.equals("SYS_CHANGE_OPERATION");
    return new Typed(
        alias + ".\"" + name + "\"",
        changeType(name),
        !always,
        Typed.Collation.COLUMN,
        false,
        false,
        null,
        null);
  }

  private Table tracked(ObjectName name) throws SqlError {
    Table table = sources.find(name);
    work.meets(table);
    Table.Key key = table.primaryKey();
    if (key == null) {
      work.needs(table, Permission.SELECT);
    } else {
      work.needs(
          table,
          Permission.SELECT,
          key.columns().stream()
              .map(column -> column.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet()));
    }
    work.needs(table, Permission.VIEW_CHANGE_TRACKING);
    SessionCalls.requirePrimary(work, table.database());
    if (!work.tracking.isTracked(table)) {
      throw Faults.error(22105, "Change tracking is not enabled on table '%s'.", name);
    }
    return table;
  }

  private String since(Expression since) throws SqlError {
    Typed value = expressions.value(since, Names.NONE);
    return Casts.implicitly(value, SqlType.BIGINT).sql();
  }

  /** {@code CHANGETABLE(CHANGES ..)}: SYS_CHANGE_* columns that nobody asks for cost nothing. */
  Queries.FromClause changes(TableSource.Changes c) throws SqlError {
    Table table = tracked(c.table());
    String since = since(c.since());
    String alias = work.alias(c.alias());
    List<Source.Field> fields = new ArrayList<>();
    for (String name : CHANGE_COLUMNS) {
      fields.add(new Source.Field(name, changeColumn(alias, name)));
    }
    addKey(fields, table, alias);
    Set<String> used = new HashSet<>();
    Source source =
        new Source(c.alias(), true, null, alias, renamed(fields, c.columns(), c.alias()), used);
    Set<String> own = new HashSet<>();
    String sql =
        work.later(
            () -> {
              own.addAll(usedNames(source, fields));
              return work.tracking.changesSql(table, since, own);
            });
    return new Queries.FromClause(sql + " " + alias, List.of(source));
  }

  private static void addKey(List<Source.Field> fields, Table table, String alias) {
    Table.Key key = table.primaryKey();
    for (String name : key == null ? List.<String>of() : key.columns()) {
      Table.Column column = table.column(name).orElseThrow();
      fields.add(new Source.Field(column.name(), Source.column(alias, column.name(), column)));
    }
  }

  private static List<Source.Field> renamed(
      List<Source.Field> fields, List<String> names, String alias) throws SqlError {
    if (names.isEmpty()) {
      return fields;
    }
    if (names.size() != fields.size()) {
      throw Faults.error(
          names.size() < fields.size() ? 8158 : 8159,
          "'%s' has %s columns than were specified in the column list.",
          alias,
          names.size() < fields.size() ? "more" : "fewer");
    }
    List<Source.Field> result = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      result.add(new Source.Field(names.get(i), fields.get(i).typed()));
    }
    return result;
  }

  /** The used columns by their own names, whatever the alias list calls them. */
  private static Set<String> usedNames(Source source, List<Source.Field> own) {
    Set<String> result = new HashSet<>();
    for (int i = 0; i < own.size(); i++) {
      if (source.used().contains(source.columns().get(i).name().toLowerCase(Locale.ROOT))) {
        result.add(own.get(i).name().toLowerCase(Locale.ROOT));
      }
    }
    return result;
  }

  /** Whether there is any change. */
  String exists(TableSource.Changes c) throws SqlError {
    return work.tracking.existsSql(tracked(c.table()), since(c.since()));
  }

  private List<Source.Field> versionFields(Table table, List<String> keys, String alias)
      throws SqlError {
    List<Source.Field> fields = new ArrayList<>();
    for (String name : List.of("SYS_CHANGE_VERSION", "SYS_CHANGE_CONTEXT")) {
      fields.add(new Source.Field(name, changeColumn(alias, name).orNull()));
    }
    for (String key : keys) {
      Table.Column column = table.column(key).orElseThrow(() -> Faults.invalidColumn(key));
      fields.add(new Source.Field(column.name(), Source.column(alias, column.name(), column)));
    }
    return fields;
  }

  private List<String> keyValues(TableSource.RowVersion r, Table table, Names names)
      throws SqlError {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < r.values().size() && i < r.keys().size(); i++) {
      String key = r.keys().get(i);
      Table.Column column = table.column(key).orElseThrow(() -> Faults.invalidColumn(key));
      Typed value = Casts.implicitly(expressions.value(r.values().get(i), names), column.sqlType());
      values.add(Casts.settle(value).sql());
    }
    return values;
  }

  /** {@code CHANGETABLE(VERSION ..)} of one key. */
  Queries.FromClause rowVersion(TableSource.RowVersion r, Names names) throws SqlError {
    Table table = tracked(r.table());
    ChangeTracking.checkRowVersion(table, r.keys(), r.values().size());
    String alias = work.alias(r.alias());
    List<String> values = keyValues(r, table, names);
    List<Source.Field> fields = versionFields(table, r.keys(), alias);
    Source source = Source.of(r.alias(), alias, renamed(fields, r.columns(), r.alias()));
    return new Queries.FromClause(
        work.tracking.rowVersionSql(table, r.keys(), values) + " " + alias, List.of(source));
  }

  /** {@code APPLY CHANGETABLE(VERSION t, (key), (x.key))}: a join by the key. */
  Queries.FromClause apply(
      Queries.FromClause left, TableSource.RowVersion r, boolean cross, Names outer)
      throws SqlError {
    Table table = tracked(r.table());
    ChangeTracking.checkRowVersion(table, r.keys(), r.values().size());
    String alias = work.alias(r.alias());
    Names names = outer.with(left.sources());
    List<Source.Field> fields = versionFields(table, r.keys(), alias);
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < r.keys().size(); i++) {
      Typed value = expressions.value(r.values().get(i), names);
      conditions.add(expressions.conditions.equal(fields.get(i + 2).typed(), value));
    }
    Source source = Source.of(r.alias(), alias, renamed(fields, r.columns(), r.alias()));
    String sql =
        left.sql()
            + (cross ? " JOIN " : " LEFT JOIN ")
            + work.tracking.rowVersionsSql(table)
            + " "
            + alias
            + " ON "
            + String.join(" AND ", conditions);
    return new Queries.FromClause(
        sql, Sources.joined(left.sources(), List.of(cross ? source : source.orNull())));
  }
}
