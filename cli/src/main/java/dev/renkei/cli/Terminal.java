package dev.renkei.cli;

import java.io.PrintWriter;

/** A text that is drawn over itself again and again. */
public final class Terminal {
  private static final String HOME_AND_CLEAR_LINE_BY_LINE = "\u001b[H";
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String CLEAR = "\u001b[2J";

  private final PrintWriter out;
  private boolean begun;

  public Terminal(PrintWriter out) {
    this.out = out;
  }

  /**
   * Whether somebody watches: the launcher says so, since Java 22 and later no longer tell by
   * {@code System.console()}.
   */
  public static boolean isInteractive() {
    return Boolean.getBoolean("renkei.terminal");
  }

  /** Draws the text at the top of the screen, without a flicker. */
  public void redraw(String text) {
    StringBuilder screen = new StringBuilder();
    if (!begun) {
      screen.append(CLEAR);
      begun = true;
    }
    screen.append(HOME_AND_CLEAR_LINE_BY_LINE);
    text.lines().forEach(line -> screen.append(line).append(CLEAR_TO_END_OF_LINE).append('\n'));
    screen.append(CLEAR_BELOW);
    out.print(screen);
    out.flush();
  }
}
