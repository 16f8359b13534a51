package dev.renkei.server;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows as plain text for a terminal: two spaces between columns, nothing behind the last one.
 * Characters of East Asia take two places; control characters are shown and never sent.
 *
 * @param columns from left to right
 * @param rows each with a text per column
 */
public record TextTable(List<Column> columns, List<List<String>> rows) {
  public TextTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "%d texts for %d columns".formatted(row.size(), columns.size()));
      }
    }
  }

  /** A heading, and where the texts below it stand. */
  public record Column(String name, boolean right) {
    /** For text. */
    public static Column left(String name) {
      return new Column(name, false);
    }

    /** For numbers. */
    public static Column right(String name) {
      return new Column(name, true);
    }
  }

  /** The heading and the rows, each ending with a line feed. */
  public String text() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(column -> shown(column.name())).toList());
    rows.forEach(row -> lines.add(row.stream().map(TextTable::shown).toList()));
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(aligned(line, widths)).append('\n');
    }
    return text.toString();
  }

  private String aligned(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - width(line.get(i)));
      text.append(i == 0 ? "" : "  ");
      text.append(columns.get(i).right() ? gap + line.get(i) : line.get(i) + gap);
    }
    return text.toString().stripTrailing();
  }

  /** With the pictures that Unicode has for control characters in their place. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c < 0x20 ? 0x2400 + c : c == 0x7f ? 0x2421 : c)
        .map(c -> Character.isISOControl(c) || isDirection(c) ? '\uFFFD' : c)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /** What turns the direction of the text around it. */
  private static boolean isDirection(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /** How many places of a terminal a text takes. */
  static int width(String text) {
    return text.codePoints().map(TextTable::width).sum();
  }

  /** After Unicode's East Asian Width (UAX 11): wide and fullwidth take two. */
  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF01 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1F64F)
            || (c >= 0x1F900 && c <= 0x1F9FF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
