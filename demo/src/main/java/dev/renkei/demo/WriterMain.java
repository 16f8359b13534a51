package dev.renkei.demo;

import java.util.List;

/**
 * The writer as a process of its own. It ends after its seconds, at SIGTERM, or when its standard
 * input ends, and never leaves a committed transaction out of its ledger.
 *
 * <p>Exit codes: 0 fine, 2 wrong arguments, 3 the source refused.
 */
public final class WriterMain {
  private WriterMain() {}

  public static void main(String[] arguments) {
    WriterOptions.parse(List.of(arguments), System.getenv(WriterOptions.URL_VARIABLE));
    throw new UnsupportedOperationException("not built yet");
  }
}
