package dev.renkei.standin.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as H2 writes them in its messages, shown as SQL Server shows them. */
final class H2Literals {
  private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'')*)'");

  private H2Literals() {}

  /** Splits a list at its commas, but for those in quotes or brackets. */
  static List<String> split(String list) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int depth = 0;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
      } else if (!quoted && c == ')') {
        depth--;
      } else if (!quoted && depth == 0 && c == ',') {
        parts.add(list.substring(start, i).trim());
        start = i + 1;
      }
    }
    parts.add(list.substring(start).trim());
    return parts;
  }

  static String shown(String literal) {
    Matcher quoted = QUOTED.matcher(literal);
    if (quoted.find()) {
      String text = quoted.group(1).replace("''", "'");
      String kind = literal.substring(0, quoted.start()).trim();
      return switch (kind) {
        case "X" -> "0x" + text;
        case "UUID" -> text.toUpperCase(Locale.ROOT);
        default -> text;
      };
    }
    return switch (literal) {
      case "NULL" -> "<NULL>";
      case "TRUE" -> "1";
      case "FALSE" -> "0";
      default -> literal;
    };
  }
}
