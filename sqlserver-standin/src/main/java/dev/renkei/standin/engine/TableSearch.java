package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which tables a catalog procedure speaks of: those of the current database that the login may see.
 */
final class TableSearch {
  private final Session session;

  TableSearch(Session session) {
    this.session = session;
  }

  /** A table by its id, whoever asks. */
  Optional<Table> table(int objectId) {
    return session.catalog().table(objectId);
  }

  List<Table> named(Arguments arguments) throws SqlError {
    return find(
        database(arguments.optionalText(2, "@table_qualifier")),
        arguments.optionalText(1, "@table_owner"),
        arguments.text(0, "@table_name"),
        false);
  }

  List<Table> find(
      String database, @Nullable String owner, @Nullable String name, boolean patterns) {
    List<Table> found = new ArrayList<>();
    for (Table table : session.catalog().tables(database)) {
      if (matches(table.schema(), owner, patterns)
          && matches(table.name(), name, patterns)
          && mayKnow(table)) {
        found.add(table);
      }
    }
    return found;
  }

  private boolean mayKnow(Table table) {
    return table.kind() == Table.TableKind.SYSTEM_VIEW
        || !session
            .catalog()
            .rights()
            .allowedColumns(session.login(), Permission.SELECT, table)
            .isEmpty();
  }

  String database(@Nullable String qualifier) throws SqlError {
    if (qualifier == null
        || qualifier.isEmpty()
        || qualifier.equalsIgnoreCase(session.database())) {
      return session.database();
    }
    throw new SqlError(
        15250,
        1,
        16,
        "The database name component of the object qualifier must be the name of the current database.");
  }

  static boolean matches(String name, @Nullable String wanted, boolean patterns) {
    if (wanted == null) {
      return true;
    }
    return patterns ? like(wanted).matcher(name).matches() : name.equalsIgnoreCase(wanted);
  }

  /** LIKE's percent, underscore and brackets, ignoring case. */
  private static Pattern like(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (end > 0) {
        regex
            .append('[')
            .append(pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\["))
            .append(']');
        i = end;
      } else if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(
        regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
  }
}
