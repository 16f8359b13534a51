package dev.renkei.cli;

/**
 * How {@code renkei} ends, as scripts see it ({@code docs/design.md}, "Configuration and command
 * line").
 */
enum ExitCode {
  OK(0),
  /** A fault of Renkei itself. */
  INTERNAL(1),
  /** Wrong usage or configuration. */
  USAGE(2);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
