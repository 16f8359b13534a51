package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** H2's messages about constraints and lengths, taken apart and said in SQL Server's words. */
final class ConstraintErrors {
  private static final Pattern ARGUMENT = Pattern.compile("\"((?:[^\"]|\"\")*)\"");
  private static final Pattern KEY_VALUES =
      Pattern.compile("\\( /\\* (?:key:)?-?\\d+ \\*/ (.*?)\\s*\\)$", Pattern.DOTALL);
  private static final int LONGEST_KEY_SHOWN = 900;

  private final Catalog catalog;

  ConstraintErrors(Catalog catalog) {
    this.catalog = catalog;
  }

  SqlError duplicateKey(String text, @Nullable Table target) {
    String details = argument(text, 0);
    Optional<Table.Key> found =
        target == null
            ? Optional.empty()
            : keys(target).stream().filter(k -> isNamed(details, target, k)).findFirst();
    if (target == null || found.isEmpty()) {
      return new SqlError(2627, 1, 14, "Violation of a unique key: " + details);
    }
    Table.Key key = found.get();
    String object = target.schema() + "." + target.name();
    String values = keyValues(details, target, key);
    if (!key.constraint()) {
      return new SqlError(
          2601,
          1,
          14,
          "Cannot insert duplicate key row in object '%s' with unique index '%s'. The duplicate key value is (%s)."
              .formatted(object, key.name(), values));
    }
    return new SqlError(
        2627,
        1,
        14,
        "Violation of %s constraint '%s'. Cannot insert duplicate key in object '%s'. The duplicate key value is (%s)."
            .formatted(key.primary() ? "PRIMARY KEY" : "UNIQUE KEY", key.name(), object, values));
  }

  private static List<Table.Key> keys(Table table) {
    List<Table.Key> keys = new ArrayList<>(table.otherKeys());
    if (table.primaryKey() != null) {
      keys.add(table.primaryKey());
    }
    return keys;
  }

  /** A constraint or an index; H2 quotes only the names that need it. */
  private static boolean isNamed(String details, Table table, Table.Key key) {
    String schema = H2Names.schema(table.database(), table.schema());
    return details.startsWith(schema + "." + key.name() + " ")
        || details.startsWith(schema + "." + H2Names.quote(key.name()) + " ")
        || details.startsWith(H2Names.index(table, key) + " ");
  }

  /** H2 shows the key's columns, but for a key that is its row number the whole row. */
  private static String keyValues(String details, Table table, Table.Key key) {
    Matcher matcher = KEY_VALUES.matcher(details);
    if (!matcher.find()) {
      return "?";
    }
    List<String> values = H2Literals.split(matcher.group(1));
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < key.columns().size(); i++) {
      int at = values.size() == key.columns().size() ? i : position(table, key.columns().get(i));
      shown.add(at < values.size() ? H2Literals.shown(values.get(at)) : "?");
    }
    String all = String.join(", ", shown);
    return all.length() > LONGEST_KEY_SHOWN ? all.substring(0, LONGEST_KEY_SHOWN) + "..." : all;
  }

  private static int position(Table table, String column) {
    for (int i = 0; i < table.columns().size(); i++) {
      if (table.columns().get(i).name().equalsIgnoreCase(column)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  static SqlError nullNotAllowed(String text, @Nullable Table target, String verb) {
    return new SqlError(
        515,
        2,
        16,
        "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. %s fails."
            .formatted(argument(text, 0), target == null ? "" : fullName(target), verb));
  }

  SqlError check(String text, @Nullable Table target, String verb) {
    String name = constraintName(argument(text, 0));
    if (target == null) {
      return conflict(verb, "CHECK", name, "", "", "");
    }
    String column =
        target.checks().stream()
            .filter(c -> c.name().equalsIgnoreCase(name))
            .flatMap(c -> target.columns().stream().filter(t -> t.columnId() == c.columnId()))
            .map(Table.Column::name)
            .findFirst()
            .orElse("");
    return conflict(
        verb, "CHECK", name, target.database(), target.schema() + "." + target.name(), column);
  }

  /** A row that refers to nothing. */
  SqlError parentMissing(String text, @Nullable Table target, String verb) {
    String name = constraintName(argument(text, 0));
    for (Table child : tablesNear(target)) {
      for (Table.ForeignKey key : child.foreignKeys()) {
        Table parent = catalog.table(key.targetId()).orElse(null);
        if (key.name().equalsIgnoreCase(name) && parent != null) {
          return conflict(
              verb,
              "FOREIGN KEY",
              key.name(),
              parent.database(),
              parent.schema() + "." + parent.name(),
              only(key.targetColumns()));
        }
      }
    }
    return conflict(verb, "FOREIGN KEY", name, "", "", "");
  }

  /** A row that others refer to. */
  SqlError childExists(String text, @Nullable Table target, String verb) {
    String name = constraintName(argument(text, 0));
    for (Table child : tablesNear(target)) {
      for (Table.ForeignKey key : child.foreignKeys()) {
        if (key.name().equalsIgnoreCase(name)) {
          return conflict(
              verb,
              "REFERENCE",
              key.name(),
              child.database(),
              child.schema() + "." + child.name(),
              only(key.columns()));
        }
      }
    }
    return conflict(verb, "REFERENCE", name, "", "", "");
  }

  private List<Table> tablesNear(@Nullable Table target) {
    return target == null ? List.of() : catalog.tables(target.database());
  }

  private static String only(List<String> columns) {
    return columns.size() == 1 ? columns.get(0) : "";
  }

  private static SqlError conflict(
      String verb, String kind, String name, String database, String table, String column) {
    String where =
        " The conflict occurred in database \"%s\", table \"%s\"%s."
            .formatted(database, table, column.isEmpty() ? "" : ", column '" + column + "'");
    return new SqlError(
        547,
        0,
        16,
        "The %s statement conflicted with the %s constraint \"%s\".%s"
            .formatted(verb, kind, name, table.isEmpty() ? "" : where));
  }

  /** From {@code CK_T: ...}. */
  private static String constraintName(String details) {
    int colon = details.indexOf(": ");
    String name = colon < 0 ? details : details.substring(0, colon);
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }

  static SqlError tooLong(String text, @Nullable Table target) {
    String declared = argument(text, 0);
    String value = argument(text, 1).replaceFirst(" \\(\\d+\\)$", "");
    if (declared.matches("(?s).*(NUMERIC|DECFLOAT|DECIMAL)\\(.*")) {
      return new SqlError(
          8115, 8, 16, "Arithmetic overflow error converting numeric to data type numeric.");
    }
    Optional<Table.Column> column =
        target == null
            ? Optional.empty()
            : target.columns().stream()
                .filter(
                    c ->
                        declared.startsWith(c.name() + " ")
                            || declared.startsWith(H2Names.quote(c.name()) + " "))
                .findFirst();
    if (target == null || column.isEmpty()) {
      return new SqlError(8152, 30, 16, "String or binary data would be truncated.");
    }
    String shown = H2Literals.shown(value);
    int length = column.get().sqlType().length();
    return new SqlError(
        2628,
        1,
        16,
        "String or binary data would be truncated in table '%s', column '%s'. Truncated value: '%s'."
            .formatted(
                fullName(target),
                column.get().name(),
                length > 0 && shown.length() > length ? shown.substring(0, length) : shown));
  }

  private static String fullName(Table table) {
    return table.database() + "." + table.schema() + "." + table.name();
  }

  /** One of the arguments that H2 puts into its messages in quotes. */
  private static String argument(String text, int index) {
    Matcher matcher = ARGUMENT.matcher(text);
    for (int i = 0; matcher.find(); i++) {
      if (i == index) {
        return matcher.group(1).replace("\"\"", "\"");
      }
    }
    return "";
  }
}
