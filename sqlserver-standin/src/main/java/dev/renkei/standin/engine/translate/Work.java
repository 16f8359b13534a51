package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One translation under way: what it has met so far.
 *
 * <p>SQL in the making holds marks for parameters and for parts that are written last; {@link
 * #finish} replaces them, so that pieces can be dropped or repeated until then.
 */
final class Work {
  /** A character that is not one, around marks; literals never contain it as such. */
  static final char MARK = '\uffff';

  private static final Pattern PARAMETER = Pattern.compile(MARK + "p(\\d+)" + MARK);
  private static final Pattern LATER = Pattern.compile(MARK + "d(\\d+)" + MARK);

  final Catalog catalog;
  final ChangeTracking tracking;
  final Scope scope;

  /** Whether there is a session that can fill bindings: not so for computed columns. */
  final boolean inSession;

  private final List<Binding> met = new ArrayList<>();
  private final List<Later> later = new ArrayList<>();
  private final Set<String> aliases = new HashSet<>();
  private final List<Needed> needed = new ArrayList<>();
  final Set<Table> tables = new LinkedHashSet<>();
  boolean touchesTables;

  Work(Catalog catalog, ChangeTracking tracking, Scope scope, boolean inSession) {
    this.catalog = catalog;
    this.tracking = tracking;
    this.scope = scope;
    this.inSession = inSession;
  }

  /** SQL that can only be written when everything else is. */
  interface Later {
    String sql() throws SqlError;
  }

  /** SQL and the bindings of its parameters, in the order of their numbers. */
  record Finished(String sql, List<Binding> bindings) {}

  String parameter(String variable, SqlType type) throws SqlError {
    if (!inSession) {
      throw SqlError.refused(variable + " in a definition");
    }
    Binding binding = new Binding(variable.toLowerCase(Locale.ROOT), type);
    int index = met.indexOf(binding);
    if (index < 0) {
      index = met.size();
      met.add(binding);
    }
    return MARK + "p" + index + MARK;
  }

  String later(Later part) {
    later.add(part);
    return MARK + "d" + (later.size() - 1) + MARK;
  }

  /** A quoted alias that no other source of this statement has. */
  String alias(String wanted) {
    String name = wanted;
    for (int i = 2; !aliases.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = wanted + "#" + i;
    }
    return H2Names.quote(name);
  }

  /** A right that is needed; its columns become known while the statement is translated. */
  private record Needed(Table table, Permission permission, @Nullable Set<String> columns) {}

  void needs(Table table, Permission permission) {
    add(new Needed(table, permission, null));
  }

  /**
   * As {@link #needs(Table, Permission)}, but on those columns only that the set holds at the end.
   */
  void needs(Table table, Permission permission, Set<String> columns) {
    add(new Needed(table, permission, columns));
  }

  private void add(Needed right) {
    boolean free =
        right.table().kind() == Table.TableKind.SYSTEM_VIEW
            && right.permission() == Permission.SELECT;
    if (!free && !right.table().name().startsWith("@")) {
      needed.add(right);
    }
  }

  /** The rights needed, each once. */
  List<Access> accesses() {
    return needed.stream()
        .map(
            n ->
                new Access(
                    n.table(),
                    n.permission(),
                    n.columns() == null ? Set.of() : n.columns(),
                    n.columns() == null))
        .distinct()
        .toList();
  }

  void meets(Table table) {
    tables.add(table);
    touchesTables = true;
  }

  Finished finish(String sql) throws SqlError {
    String whole = sql;
    for (Matcher m = LATER.matcher(whole); m.find(); m = LATER.matcher(whole)) {
      String part = later.get(Integer.parseInt(m.group(1))).sql();
      whole = whole.substring(0, m.start()) + part + whole.substring(m.end());
    }
    List<Binding> used = new ArrayList<>();
    StringBuilder result = new StringBuilder();
    Matcher m = PARAMETER.matcher(whole);
    while (m.find()) {
      Binding binding = met.get(Integer.parseInt(m.group(1)));
      int index = used.indexOf(binding);
      if (index < 0) {
        index = used.size();
        used.add(binding);
      }
      m.appendReplacement(result, "?" + (index + 1));
    }
    return new Finished(m.appendTail(result).toString(), used);
  }

  /** A string literal in H2's SQL. */
  static String literal(String value) {
    String quoted = "'" + value.replace("'", "''") + "'";
    return value.indexOf(MARK) < 0
        ? quoted
        : "U&" + quoted.replace("\\", "\\\\").replace(String.valueOf(MARK), "\\ffff");
  }
}
