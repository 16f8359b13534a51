package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.TableSource;
import dev.renkei.standin.tsql.ast.TableSource.JoinKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What stands in FROM. */
final class Sources {
  private final Expressions expressions;
  private final Queries queries;
  private final Work work;
  final ChangeTables changeTables;

  Sources(Expressions expressions, Queries queries) {
    this.expressions = expressions;
    this.queries = queries;
    this.work = expressions.work;
    this.changeTables = new ChangeTables(expressions, this);
  }

  /** A whole FROM; the SQL begins with a blank, or is empty without sources. */
  Queries.FromClause from(List<TableSource> all, Names outer) throws SqlError {
    if (all.isEmpty()) {
      return new Queries.FromClause("", List.of());
    }
    List<String> sql = new ArrayList<>();
    List<Source> sources = new ArrayList<>();
    for (TableSource one : all) {
      Queries.FromClause part = source(one, outer);
      sql.add(part.sql());
      sources.addAll(part.sources());
    }
    checkExposed(sources);
    return new Queries.FromClause(" FROM " + String.join(", ", sql), sources);
  }

  private static void checkExposed(List<Source> sources) throws SqlError {
    Set<String> met = new HashSet<>();
    for (Source s : sources) {
      Table table = s.table();
      String key = s.exposed().toLowerCase(Locale.ROOT);
      if (!s.aliased() && table != null) {
        key = (table.database() + "." + table.schema() + ".").toLowerCase(Locale.ROOT) + key;
      }
      if (!met.add(key)) {
        throw s.aliased()
            ? Faults.error(
                1011,
                "The correlation name '%s' is specified multiple times in a FROM clause.",
                s.exposed())
            : Faults.error(
                1013,
                "The objects \"%s\" and \"%s\" in the FROM clause have the same exposed names. Use correlation names to distinguish them.",
                s.exposed(),
                s.exposed());
      }
    }
  }

  Queries.FromClause source(TableSource source, Names outer) throws SqlError {
    if (source instanceof TableSource.Table t) {
      return table(t, outer);
    }
    if (source instanceof TableSource.Join j) {
      return join(j, outer);
    }
    if (source instanceof TableSource.Derived d) {
      Names inside = outer.behind("a derived table that refers to the query around it");
      return derived(queries.subquery(d.query(), inside), d.alias(), d.columns());
    }
    if (source instanceof TableSource.Values v) {
      return values(v, outer);
    }
    if (source instanceof TableSource.Changes c) {
      return changeTables.changes(c);
    }
    if (source instanceof TableSource.RowVersion r) {
      return changeTables.rowVersion(
          r, outer.behind("CHANGETABLE(VERSION ..) that refers to other tables"));
    }
    TableSource.FunctionCall call = (TableSource.FunctionCall) source;
    throw SqlError.refused("the table-valued function " + call.name());
  }

  // ---- tables ----

  /** Finds a table or view by its name. */
  Table find(ObjectName name) throws SqlError {
    if (name.parts().size() == 1 && name.name().startsWith("@")) {
      Table variable = work.scope.tables().get(name.name().toLowerCase(Locale.ROOT));
      if (variable == null) {
        throw new SqlError(1087, 2, 15, "Must declare the table variable \"" + name.name() + "\".");
      }
      return variable;
    }
    if (name.name().startsWith("#")) {
      throw SqlError.refused("temporary tables (" + name.name() + ")");
    }
    String database = name.database().isEmpty() ? work.scope.database() : name.database();
    String schema = name.schema().isEmpty() ? "dbo" : name.schema();
    return work.catalog
        .table(database, schema, name.name())
        .orElseThrow(() -> Faults.invalidObject(name.toString()));
  }

  private Queries.FromClause table(TableSource.Table t, Names outer) throws SqlError {
    if (t.name().parts().size() == 1) {
      Optional<Names.Common> common = outer.common(t.name().name());
      if (common.isPresent()) {
        return common(common.get(), t);
      }
    }
    Table table = find(t.name());
    work.meets(table);
    boolean aliased = t.alias() != null;
    String exposed = t.alias() != null ? t.alias() : t.name().name();
    String alias = work.alias(exposed);
    Source source = Source.of(table, exposed, aliased, alias);
    if (table.kind() == Table.TableKind.SYSTEM_VIEW) {
      work.needs(table, reading(table));
    } else {
      work.needs(table, reading(table), source.used());
    }
    return new Queries.FromClause(table.h2Name() + " " + alias, List.of(source));
  }

  /** What reading a table or view takes. */
  private static Permission reading(Table table) {
    boolean commits =
        table.kind() == Table.TableKind.SYSTEM_VIEW
            && table.name().equalsIgnoreCase("dm_tran_commit_table");
    return commits ? Permission.VIEW_DATABASE_STATE : Permission.SELECT;
  }

  private Queries.FromClause common(Names.Common common, TableSource.Table t) throws SqlError {
    Names inside = common.names();
    if (inside == null) {
      throw SqlError.refused("recursive common table expressions (" + t.name() + ")");
    }
    Query.CommonTable definition = common.definition();
    Queries.Relation relation = queries.subquery(definition.query(), inside);
    String exposed = t.alias() != null ? t.alias() : definition.name();
    return derived(relation, exposed, definition.columns());
  }

  private Queries.FromClause derived(
      Queries.Relation relation, String exposed, List<String> columns) throws SqlError {
    String alias = work.alias(exposed);
    return new Queries.FromClause(
        "(" + relation.sql() + ") " + alias,
        List.of(derivedSource(relation.columns(), exposed, alias, columns)));
  }

  private static Source derivedSource(
      List<Queries.Column> of, String exposed, String alias, List<String> columns) throws SqlError {
    if (!columns.isEmpty() && columns.size() != of.size()) {
      throw columns.size() < of.size()
          ? Faults.error(
              8158, "'%s' has more columns than were specified in the column list.", exposed)
          : Faults.error(
              8159, "'%s' has fewer columns than were specified in the column list.", exposed);
    }
    List<Source.Field> fields = new ArrayList<>();
    Set<String> met = new HashSet<>();
    for (int i = 0; i < of.size(); i++) {
      Queries.Column column = of.get(i);
      String name = columns.isEmpty() ? column.name() : columns.get(i);
      if (name.isEmpty()) {
        throw Faults.error(
            8155, "No column name was specified for column %d of '%s'.", i + 1, exposed);
      }
      if (!met.add(name.toLowerCase(Locale.ROOT))) {
        throw Faults.error(
            8156, "The column '%s' was specified multiple times for '%s'.", name, exposed);
      }
      fields.add(new Source.Field(name, Queries.inner(alias, i + 1, column)));
    }
    return Source.of(exposed, alias, fields);
  }

  private Queries.FromClause values(TableSource.Values v, Names outer) throws SqlError {
    Names inside = outer.behind("VALUES that refers to other tables");
    List<List<Typed>> rows = new ArrayList<>();
    for (List<Expression> row : v.rows()) {
      rows.add(expressions.values(row, inside));
      if (row.size() != v.rows().get(0).size()) {
        throw Faults.error(
            10709,
            "The number of columns for each row in a table value constructor must be the same.");
      }
    }
    List<Queries.Column> columns = new ArrayList<>();
    List<List<String>> cells = new ArrayList<>();
    rows.forEach(r -> cells.add(new ArrayList<>()));
    for (int c = 0; c < rows.get(0).size(); c++) {
      int at = c;
      List<Typed> column = rows.stream().map(r -> r.get(at)).toList();
      SqlType type = Types.common(column);
      boolean nullable = false;
      for (int r = 0; r < rows.size(); r++) {
        Typed cell = Casts.implicitly(column.get(r), type);
        nullable |= cell.nullable();
        cells.get(r).add(Casts.settle(cell).sql() + " AS \"c" + (c + 1) + "\"");
      }
      columns.add(new Queries.Column("", type, nullable, false, false, Typed.Collation.DEFAULT));
    }
    List<String> selects = cells.stream().map(row -> "SELECT " + String.join(", ", row)).toList();
    Queries.Relation relation = new Queries.Relation(String.join(" UNION ALL ", selects), columns);
    return derived(relation, v.alias(), v.columns());
  }

  // ---- joins ----

  private Queries.FromClause join(TableSource.Join j, Names outer) throws SqlError {
    if (j.kind() == JoinKind.CROSS_APPLY || j.kind() == JoinKind.OUTER_APPLY) {
      return apply(j, outer);
    }
    Queries.FromClause left = source(j.left(), outer);
    Queries.FromClause right = source(j.right(), outer);
    List<Source> both = new ArrayList<>(left.sources());
    both.addAll(right.sources());
    checkExposed(both);
    Expression on = j.on();
    String condition = on == null ? "" : expressions.conditions.condition(on, outer.with(both));
    String rightSql = j.right() instanceof TableSource.Join ? "(" + right.sql() + ")" : right.sql();
    String leftSql = left.sql();
    return switch (j.kind()) {
      case INNER ->
          new Queries.FromClause(leftSql + " JOIN " + rightSql + " ON " + condition, both);
      case LEFT ->
          new Queries.FromClause(
              leftSql + " LEFT JOIN " + rightSql + " ON " + condition,
              joined(left.sources(), orNull(right.sources())));
      case RIGHT ->
          new Queries.FromClause(
              (j.left() instanceof TableSource.Join ? "(" + leftSql + ")" : leftSql)
                  + " RIGHT JOIN "
                  + rightSql
                  + " ON "
                  + condition,
              joined(orNull(left.sources()), right.sources()));
      case FULL -> full(left, new Queries.FromClause(rightSql, right.sources()), condition);
      default -> new Queries.FromClause(leftSql + " CROSS JOIN " + rightSql, both);
    };
  }

  private static List<Source> orNull(List<Source> sources) {
    return sources.stream().map(Source::orNull).toList();
  }

  static List<Source> joined(List<Source> a, List<Source> b) {
    List<Source> result = new ArrayList<>(a);
    result.addAll(b);
    return result;
  }

  /**
   * H2 has no FULL JOIN: rows of the left side with their partners, and rows of the right side that
   * have none, as one derived table whose columns stand for those of both sides.
   */
  private Queries.FromClause full(
      Queries.FromClause left, Queries.FromClause right, String condition) {
    String alias = work.alias("full");
    List<Source> sources = new ArrayList<>();
    List<String> matched = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    int n = 0;
    for (boolean onLeft : new boolean[] {true, false}) {
      for (Source s : (onLeft ? left : right).sources()) {
        List<Source.Field> fields = new ArrayList<>();
        for (Source.Field f : s.columns()) {
          n++;
          Typed t = s.use(f);
          String name = " AS \"c" + n + "\"";
          matched.add(t.sql() + name);
          alone.add((onLeft ? Expressions.nullOf(t.type()) : t.sql()) + name);
          Typed outside =
              new Typed(
                  alias + ".\"c" + n + "\"",
                  t.type(),
                  true,
                  t.collation(),
                  t.settled(),
                  false,
                  null,
                  t.column());
          fields.add(new Source.Field(f.name(), outside));
        }
        sources.add(
            new Source(s.exposed(), s.aliased(), s.table(), s.h2Alias(), fields, new HashSet<>()));
      }
    }
    String sql =
        "(SELECT "
            + String.join(", ", matched)
            + " FROM "
            + left.sql()
            + " LEFT JOIN "
            + right.sql()
            + " ON "
            + condition
            + " UNION ALL SELECT "
            + String.join(", ", alone)
            + " FROM "
            + right.sql()
            + " WHERE NOT EXISTS (SELECT 1 FROM "
            + left.sql()
            + " WHERE "
            + condition
            + ")) "
            + alias;
    return new Queries.FromClause(sql, sources);
  }

  /** APPLY of something that does not look at its left side is a join with everything. */
  private Queries.FromClause apply(TableSource.Join j, Names outer) throws SqlError {
    Queries.FromClause left = source(j.left(), outer);
    boolean cross = j.kind() == JoinKind.CROSS_APPLY;
    if (j.right() instanceof TableSource.RowVersion r) {
      return changeTables.apply(left, r, cross, outer);
    }
    Names lateral = outer.with(left.sources()).behind("APPLY that refers to its left side");
    Queries.FromClause right = source(j.right(), lateral);
    List<Source> both = joined(left.sources(), cross ? right.sources() : orNull(right.sources()));
    String sql =
        cross
            ? left.sql() + " CROSS JOIN " + right.sql()
            : left.sql() + " LEFT JOIN " + right.sql() + " ON 1=1";
    return new Queries.FromClause(sql, both);
  }
}
