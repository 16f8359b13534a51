package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What constraints a table has, and what SQL Server calls those that were given no name. */
final class Constraints {
  private Constraints() {}

  /** Whether a constraint of the table has the name; plain indexes do not count. */
  static boolean has(Table table, String name) {
    return names(table).stream().anyMatch(n -> n.equalsIgnoreCase(name));
  }

  static List<String> names(Table table) {
    List<String> names = new ArrayList<>();
    table.keys().stream().filter(Key::constraint).map(Key::name).forEach(names::add);
    table.checks().stream().map(Check::name).forEach(names::add);
    table.foreignKeys().stream().map(ForeignKey::name).forEach(names::add);
    for (Column column : table.columns()) {
      if (column.defaultName() != null) {
        names.add(column.defaultName());
      }
    }
    return names;
  }

  static Optional<Key> key(Table table, String name) {
    return table.keys().stream().filter(k -> k.name().equalsIgnoreCase(name)).findFirst();
  }

  static boolean contains(List<String> names, String name) {
    return names.stream().anyMatch(n -> n.equalsIgnoreCase(name));
  }

  // ---- names ----

  /** Such as {@code PK__Orders__3214EC07} and the object id in hex. */
  static String keyName(boolean primary, String table, List<String> columns, int objectId) {
    int hash = String.join(",", columns).hashCode();
    return "%s__%s__%08X%08X".formatted(primary ? "PK" : "UQ", cut(table, 8), hash, objectId);
  }

  /** Such as {@code DF__Orders__Statu__1FCDBCEB}; without a column for a check of a table. */
  static String name(String prefix, String table, @Nullable String column, int objectId) {
    String middle = column == null ? "" : cut(column, 5) + "__";
    return "%s__%s__%s%08X".formatted(prefix, cut(table, 9), middle, objectId);
  }

  private static String cut(String name, int length) {
    return name.length() <= length ? name : name.substring(0, length);
  }

  /** How many bytes at most a key column may be is not checked; whether its kind may be is. */
  static boolean mayBeKey(Column column) {
    return !column.sqlType().isMax()
        && switch (column.sqlType().kind()) {
          case TEXT, NTEXT, IMAGE, XML, GEOGRAPHY, GEOMETRY -> false;
          default -> true;
        };
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
