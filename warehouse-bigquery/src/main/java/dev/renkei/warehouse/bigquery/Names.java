package dev.renkei.warehouse.bigquery;

import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How things of the source are called in BigQuery. Letters and digits of any language, marks,
 * underscores, hyphens and spaces stay; every other character becomes its code point in hex between
 * {@code _x} and {@code _}, as in {@code Order_x2F_Details}. Functions are called by ASCII letters,
 * digits and underscores alone, the rest escaped likewise.
 *
 * @see <a href="https://cloud.google.com/bigquery/docs/tables#table_naming">names of tables</a>
 * @see <a href="https://cloud.google.com/bigquery/docs/schemas#flexible-column-names">of
 *     columns</a>
 */
final class Names {
  /** Columns that are not the source's, and the parameter of functions. */
  static final Set<String> RESERVED =
      Set.of(
          "_key",
          "_sequence",
          "_type",
          "_message_id",
          "_changed_at",
          "_loaded_at",
          "_changed_columns",
          "_schema_id",
          "_exact",
          "_deleted",
          "_content",
          "_rank",
          "_before_type",
          "_before_content",
          "_at");

  private static final List<String> RESERVED_PREFIXES =
      List.of(
          "_table_",
          "_file_",
          "_partition",
          "_row_timestamp",
          "__root__",
          "_colidentifier",
          "_change_type",
          "_change_sequence_number",
          "_change_timestamp");

  static final int MAX_TABLE_BYTES = 1024;
  private static final int MAX_COLUMN_CHARACTERS = 300;
  private static final int MAX_ROUTINE_CHARACTERS = 256;

  private Names() {}

  /** What a table of the source is called; everything that belongs to it begins so. */
  static String table(WarehouseConfig.BigQuery config, TableName source) {
    return escaped(config.tableName(source), false);
  }

  static String upserts(String table) {
    return table + "_upserts";
  }

  static String log(String table) {
    return table + "_log";
  }

  static String changes(String table) {
    return table + "_changes";
  }

  static String latest(String table) {
    return table + "_latest";
  }

  /** Of a function; shortened by a hash where it would be too long. */
  static String asOf(String table) {
    String name = escaped(table, true) + "_as_of";
    if (name.length() <= MAX_ROUTINE_CHARACTERS) {
      return name;
    }
    return name.substring(0, MAX_ROUTINE_CHARACTERS - 40)
        + "_"
        + sha256(name).substring(0, 32)
        + "_as_of";
  }

  /** Every name that a table takes, in lower case; tables and functions have names of their own. */
  static Set<String> taken(String table) {
    Set<String> names = new TreeSet<>();
    for (String name : List.of(table, upserts(table), log(table), changes(table), latest(table))) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
    names.add("function " + asOf(table).toLowerCase(Locale.ROOT));
    return names;
  }

  static boolean isTooLong(String table) {
    return upserts(table).getBytes(StandardCharsets.UTF_8).length > MAX_TABLE_BYTES;
  }

  /** The name of a column, with as many underscores behind it as make it free. */
  static String column(String source, Collection<String> taken) {
    String name = escaped(source, false);
    if (name.length() > MAX_COLUMN_CHARACTERS - 20) {
      name = name.substring(0, MAX_COLUMN_CHARACTERS - 60) + "_" + sha256(name).substring(0, 32);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
      name = "c" + name;
    }
    while (isTaken(name, taken)) {
      name += "_";
    }
    return name;
  }

  private static boolean isTaken(String name, Collection<String> taken) {
    return RESERVED.contains(name.toLowerCase(Locale.ROOT))
        || taken.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static String escaped(String name, boolean ascii) {
    StringBuilder escaped = new StringBuilder(name.length());
    name.codePoints()
        .forEach(
            c -> {
              if (isLegal(c, ascii)) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append("_x").append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
                escaped.append('_');
              }
            });
    return escaped.toString();
  }

  private static boolean isLegal(int c, boolean ascii) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '_'
          || !ascii && (c == '-' || c == ' ');
    }
    return !ascii
        && switch (Character.getType(c)) {
          case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.LETTER_NUMBER,
              Character.OTHER_NUMBER ->
              true;
          default -> false;
        };
  }

  static String quoted(String name) {
    return '`' + name.replace("\\", "\\\\").replace("`", "\\`") + '`';
  }

  /** A table, view or function of the warehouse's dataset. */
  static String quoted(WarehouseConfig.BigQuery config, String name) {
    return quoted(config.project()) + "." + quoted(config.dataset()) + "." + quoted(name);
  }

  /** As a text constant. */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'' -> literal.append("\\'");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        default -> {
          if (c < ' ') {
            literal.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('\'').toString();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
