package dev.renkei.standin.tsql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a script into batches, as sqlcmd does. */
public final class Scripts {
  /** {@code GO} alone on its line, with a count or a comment behind it. */
  private static final Pattern GO =
      Pattern.compile(
          "[\\s\\uFEFF]*GO(?:[^\\S\\n]+(\\d{1,9}))?[^\\S\\n]*(?:--.*)?", Pattern.CASE_INSENSITIVE);

  private final String script;
  private final List<String> batches = new ArrayList<>();
  private int batchStart;

  /** What closes the quotes or the comment that a place lies in; 0 outside, '*' in a comment. */
  private char open;

  private int commentDepth;

  private Scripts(String script) {
    this.script = script;
  }

  /**
   * The batches between lines of {@code GO}, in order; {@code GO 5} gives the batch before it five
   * times, {@code GO 0} never. A batch of white space only is left out. {@code GO} in a string, a
   * quoted name or a comment separates nothing.
   */
  public static List<String> batches(String script) {
    Scripts scripts = new Scripts(script);
    scripts.split();
    return List.copyOf(scripts.batches);
  }

  private void split() {
    int lineStart = 0;
    while (lineStart < script.length()) {
      int lineEnd = script.indexOf('\n', lineStart);
      int next = lineEnd < 0 ? script.length() : lineEnd + 1;
      Matcher go = GO.matcher(script).region(lineStart, lineEnd < 0 ? next : lineEnd);
      if (open == 0 && go.matches()) {
        add(lineStart, go.group(1) == null ? 1 : Integer.parseInt(go.group(1)));
        batchStart = next;
      } else {
        scan(lineStart, next);
      }
      lineStart = next;
    }
    add(script.length(), 1);
  }

  private void add(int end, int times) {
    String batch = script.substring(batchStart, end);
    for (int i = 0; i < times && !batch.isBlank(); i++) {
      batches.add(batch);
    }
  }

  /** Follows quotes and comments through a line. */
  private void scan(int from, int to) {
    int i = from;
    while (i < to) {
      char c = script.charAt(i);
      char following = i + 1 < to ? script.charAt(i + 1) : '\0';
      if (open == '*') {
        if (c == '*' && following == '/') {
          commentDepth--;
          open = commentDepth == 0 ? 0 : open;
          i++;
        } else if (c == '/' && following == '*') {
          commentDepth++;
          i++;
        }
      } else if (open != 0) {
        // A doubled mark closes and opens again at once, which comes to the same.
        open = c == open ? 0 : open;
      } else if (c == '-' && following == '-') {
        return;
      } else if (c == '/' && following == '*') {
        open = '*';
        commentDepth = 1;
        i++;
      } else if (c == '\'' || c == '"') {
        open = c;
      } else if (c == '[') {
        open = ']';
      }
      i++;
    }
  }
}
