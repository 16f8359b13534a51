package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table that a statement changes: what may be written to it, and how values get in. */
final class Targets {
  private final Expressions expressions;
  private final Work work;

  Targets(Expressions expressions) {
    this.expressions = expressions;
    this.work = expressions.work;
  }

  Table table(ObjectName name, Permission permission) throws SqlError {
    Table table = expressions.queries.sources.find(name);
    writable(table, permission);
    return table;
  }

  void writable(Table table, Permission permission) throws SqlError {
    if (table.kind() == Table.TableKind.VIEW) {
      throw SqlError.refused("changing rows through a view (" + table.name() + ")");
    }
    if (table.kind() == Table.TableKind.SYSTEM_VIEW) {
      throw Faults.error(259, "Ad hoc updates to system catalogs are not allowed.");
    }
    work.meets(table);
    work.needs(table, permission);
  }

  static Table.Column column(Table table, String name) throws SqlError {
    return table.column(name).orElseThrow(() -> Faults.invalidColumn(name));
  }

  /** Columns that may be set by UPDATE. */
  static Table.Column updatable(Table table, String name) throws SqlError {
    Table.Column column = column(table, name);
    if (column.computed() != null) {
      throw computed(column);
    }
    if (column.sqlType().kind() == Kind.ROWVERSION) {
      throw Faults.error(272, "Cannot update a timestamp column.");
    }
    if (column.identity() != null) {
      throw Faults.error(8102, "Cannot update identity column '%s'.", column.name());
    }
    return column;
  }

  /** The next rowversion of a table's database. */
  static String nextRowVersion(Table table) {
    return Casts.h2(
        Casts.function("nextRowVersion", Work.literal(table.database())), SqlType.ROWVERSION);
  }

  /** The column that every INSERT and UPDATE gives its next value; empty where there is none. */
  static Optional<Table.Column> stamp(Table table) {
    return table.columns().stream().filter(c -> c.sqlType().kind() == Kind.ROWVERSION).findFirst();
  }

  /** What an UPDATE sets besides its SET list, as {@code "column" = value}. */
  static Optional<String> stamping(Table table) {
    return stamp(table).map(c -> H2Names.quote(c.name()) + " = " + nextRowVersion(table));
  }

  static SqlError computed(Table.Column column) {
    return Faults.error(
        271,
        "The column \"%s\" cannot be modified because it is either a computed column or is the result of a UNION operator.",
        column.name());
  }

  static void checkOnce(List<String> names) throws SqlError {
    Set<String> met = new HashSet<>();
    for (String name : names) {
      if (!met.add(name.toLowerCase(Locale.ROOT))) {
        throw Faults.error(
            264,
            "The column name '%s' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.",
            name);
      }
    }
  }

  static boolean isDefault(Expression e) {
    return e.equals(Statement.DEFAULT_VALUE);
  }

  /** Whether an INSERT that leaves a column out must give it a value. */
  static boolean hasDefault(Table.Column column) {
    return column.computed() == null
        && column.identity() == null
        && (column.defaultText() != null || column.sqlType().kind() == Kind.ROWVERSION);
  }

  /** The SQL of what DEFAULT means for a column. */
  String defaultOf(Table table, Table.Column column) throws SqlError {
    if (column.sqlType().kind() == Kind.ROWVERSION) {
      return nextRowVersion(table);
    }
    if (column.identity() != null) {
      return "DEFAULT";
    }
    if (column.defaultText() == null) {
      return Expressions.nullOf(column.sqlType());
    }
    Expression e = Parser.parseExpression(column.defaultText());
    return store(expressions.value(e, Names.NONE), table, column);
  }

  /** As text of any length, in the code page where the column is not national. */
  private Typed ownText(Typed value, boolean national) throws SqlError {
    if (!value.type().kind().isText()) {
      return expressions.text(Casts.implicitly(value, Types.text(national, 8000)));
    }
    if (national || !value.type().kind().isNational()) {
      return value;
    }
    SqlType from = value.type();
    return Casts.implicitly(
        value, Types.isLong(from) ? Types.max(false) : Types.text(false, from.length()));
  }

  /** A value converted to a column's type; too long text and bytes raise 2628. */
  String store(Typed value, Table table, Table.Column column) throws SqlError {
    SqlType type = column.sqlType();
    Kind kind = type.kind();
    SqlType from = value.type();
    if (value.isNull()) {
      return Expressions.nullOf(type);
    }
    String place = Work.literal(table.database() + "." + table.schema() + "." + table.name());
    String name = Work.literal(column.name());
    boolean fixed = kind == Kind.CHAR || kind == Kind.NCHAR;
    if (type.length() > 0 && kind.isText()) {
      Typed text = ownText(value, kind.isNational());
      boolean fits = !Types.isLong(text.type()) && text.type().length() <= type.length();
      boolean same = text.type().kind() == kind && fits;
      if (type.isMax() || same || fits && !fixed) {
        return Casts.value(same ? text.as(text.sql(), Types.varying(text.type())) : text);
      }
      return Casts.function(
          "fitText",
          text.sql(),
          Integer.toString(type.length()),
          fixed ? "TRUE" : "FALSE",
          place,
          name);
    }
    if (type.length() > 0 && !type.isMax() && from.kind().isBytes()) {
      int length =
          from.kind() == Kind.ROWVERSION ? 8 : from.length() == 0 ? SqlType.MAX : from.length();
      String bytes = value.sql();
      if (length > type.length()) {
        bytes = Casts.function("fitBytes", bytes, Integer.toString(type.length()), place, name);
      }
      return kind == Kind.BINARY ? Casts.h2(bytes, type) : bytes;
    }
    return Casts.implicitly(value, type).sql();
  }

  /** OUTPUT: which state it shows, and the select list over it. */
  private record Shown(String sql, List<Queries.Column> columns, boolean deleted) {}

  private Shown output(Statement.Output output, Table table, boolean inserted, boolean deleted)
      throws SqlError {
    Source after = Source.of(table, "INSERTED", true, "\"o\"");
    Source before = Source.of(table, "DELETED", true, "\"o\"");
    List<Source> sources = new ArrayList<>();
    if (inserted) {
      sources.add(after);
    }
    if (deleted) {
      sources.add(before);
    }
    Names names = Names.NONE.with(sources);
    List<String> sql = new ArrayList<>();
    List<Queries.Column> columns = new ArrayList<>();
    for (Query.SelectItem item : output.items()) {
      List<Source.Field> fields = new ArrayList<>();
      if (item instanceof Query.Star star) {
        for (Source s : names.star(star.qualifier(), work.scope.database())) {
          for (Source.Field f : s.columns()) {
            fields.add(new Source.Field(f.name(), s.use(f)));
          }
        }
      } else if (item instanceof Query.Item i) {
        String label =
            i.alias() != null
                ? i.alias()
                : i.expression() instanceof Expression.Column c ? c.name() : "";
        fields.add(new Source.Field(label, Casts.settle(expressions.value(i.expression(), names))));
      } else {
        throw SqlError.refused("assignments in OUTPUT");
      }
      for (Source.Field f : fields) {
        sql.add(f.typed().sql() + " AS \"c" + (sql.size() + 1) + "\"");
        columns.add(Queries.Column.of(f.name(), f.typed()));
      }
    }
    if (!after.used().isEmpty() && !before.used().isEmpty()) {
      throw SqlError.refused("OUTPUT of INSERTED and DELETED together");
    }
    return new Shown(String.join(", ", sql), columns, !before.used().isEmpty());
  }

  private static String around(Shown shown, String change) {
    return "SELECT "
        + shown.sql()
        + " FROM "
        + (shown.deleted() ? "OLD" : "FINAL")
        + " TABLE ("
        + change
        + ") \"o\"";
  }

  /** A change with what its OUTPUT shows, if it has one. */
  Change shown(
      Command command,
      Table table,
      String sql,
      Statement.@Nullable Output output,
      boolean inserted,
      boolean deleted,
      @Nullable Set<String> updated)
      throws SqlError {
    if (output == null) {
      return new Change(command, table, sql, List.of(), updated);
    }
    work.needs(table, Permission.SELECT);
    Targets.Shown shown = output(output, table, inserted, deleted);
    return new Change(command, table, around(shown, sql), shown.columns(), updated);
  }
}
