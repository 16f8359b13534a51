package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** H2's messages about constraints, taken apart and said in SQL Server's words. */
final class ConstraintErrors {
  private static final Pattern INDEX_OF_TABLE =
      Pattern.compile(
          " ON \"(?<schema>[^\"]+)\"\\.\"(?<table>(?:[^\"]|\"\")+)\"\\((?<columns>.*?)\\) VALUES (?<values>.*)$",
          Pattern.DOTALL);
  private static final Pattern FIRST_QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*)\"");
  private static final int LONGEST_VALUE_SHOWN = 100;

  private final Catalog catalog;

  ConstraintErrors(Catalog catalog) {
    this.catalog = catalog;
  }

  SqlError duplicateKey(String text, @Nullable Table target) {
    return new SqlError(2627, 1, 14, text);
  }

  static SqlError nullNotAllowed(String text, @Nullable Table target, String verb) {
    return new SqlError(
        515,
        2,
        16,
        "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. %s fails."
            .formatted(firstQuoted(text), target == null ? "" : fullName(target), verb));
  }

  SqlError check(String text, @Nullable Table target, String verb) {
    return new SqlError(547, 0, 16, text);
  }

  SqlError parentMissing(String text, String verb) {
    return new SqlError(547, 0, 16, text);
  }

  SqlError childExists(String text, String verb) {
    return new SqlError(547, 0, 16, text);
  }

  static SqlError tooLong(String text, @Nullable Table target) {
    return new SqlError(2628, 1, 16, text);
  }

  private static String fullName(Table table) {
    return table.database() + "." + table.schema() + "." + table.name();
  }

  private static String firstQuoted(String text) {
    Matcher matcher = FIRST_QUOTED.matcher(text);
    return matcher.find() ? matcher.group(1).replace("\"\"", "\"") : "";
  }
}
