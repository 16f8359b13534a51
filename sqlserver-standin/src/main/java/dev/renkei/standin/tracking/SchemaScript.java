package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.H2Names;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The definitions of some H2 schemas as statements, in the order in which they can be run on
 * nothing: first those that rows need, then, after the rows, foreign keys and triggers.
 */
record SchemaScript(List<String> beforeRows, List<String> afterRows) {
  SchemaScript {
    beforeRows = List.copyOf(beforeRows);
    afterRows = List.copyOf(afterRows);
  }

  /** Asks H2, which says it as SQL. */
  static SchemaScript of(Connection connection, List<String> quotedSchemas) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SCRIPT NODATA NOPASSWORDS NOSETTINGS SCHEMA "
                    + String.join(", ", quotedSchemas))) {
      while (rows.next()) {
        statements.add(rows.getString(1));
      }
    }
    return of(statements);
  }

  static SchemaScript of(List<String> statements) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (String sql : statements) {
      boolean ofSchema =
          (sql.startsWith("CREATE ") && !sql.startsWith("CREATE USER "))
              || sql.startsWith("ALTER TABLE ");
      if (ofSchema) {
        boolean late =
            sql.startsWith("CREATE FORCE TRIGGER ")
                || (sql.startsWith("ALTER TABLE ") && sql.contains(" FOREIGN KEY("));
        (late ? after : before).add(sql);
      }
    }
    return new SchemaScript(before, after);
  }

  /** The same schemas as those of another database. */
  SchemaScript moved(String from, String to) {
    return new SchemaScript(
        beforeRows.stream().map(sql -> moved(sql, from, to)).toList(),
        afterRows.stream().map(sql -> moved(sql, from, to)).toList());
  }

  /** One statement, or one name, as of another database. */
  static String moved(String sql, String from, String to) {
    return renamed(
        sql, name -> name.startsWith(from + ".") ? to + name.substring(from.length()) : name);
  }

  /** Renames quoted identifiers, whether plain or escaped ({@code U&"\65e5"}). */
  private static String renamed(String sql, UnaryOperator<String> rename) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (c != '"' && c != '\'') {
        out.append(c);
        i++;
        continue;
      }
      int end = closing(sql, i);
      boolean escaped = i >= 2 && sql.startsWith("U&", i - 2);
      String body = sql.substring(i + 1, end);
      String name = c == '"' ? body.replace("\"\"", "\"") : "";
      String plain = escaped ? unescaped(name) : name;
      String renamed = rename.apply(plain);
      if (c == '"' && !renamed.equals(plain)) {
        out.setLength(out.length() - (escaped ? 2 : 0));
        out.append(H2Names.quote(renamed));
      } else {
        out.append(sql, i, end + 1);
      }
      i = end + 1;
    }
    return out.toString();
  }

  private static int closing(String sql, int start) {
    char quote = sql.charAt(start);
    int at = start + 1;
    while (sql.charAt(at) != quote || (at + 1 < sql.length() && sql.charAt(at + 1) == quote)) {
      at += sql.charAt(at) == quote ? 2 : 1;
    }
    return at;
  }

  private static String unescaped(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '\\') {
        plain.append(c);
      } else if (name.charAt(i + 1) == '\\') {
        plain.append('\\');
        i++;
      } else {
        boolean longForm = name.charAt(i + 1) == '+';
        int from = longForm ? i + 2 : i + 1;
        int to = from + (longForm ? 6 : 4);
        plain.appendCodePoint(Integer.parseInt(name.substring(from, to), 16));
        i = to - 1;
      }
    }
    return plain.toString();
  }
}
