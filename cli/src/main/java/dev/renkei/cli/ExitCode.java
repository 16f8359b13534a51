package dev.renkei.cli;

/**
 * How {@code renkei} ends, as scripts see it ({@code docs/design.md}, "Configuration and command
 * line").
 */
public enum ExitCode {
  OK(0),
  /** A fault of Renkei itself. */
  INTERNAL(1),
  /** Wrong usage or configuration. */
  USAGE(2),
  /** SQL Server cannot be reached, or lacks what tracking needs. */
  SOURCE(3),
  /** The hub cannot be reached, or is not as it must be. */
  HUB(4),
  /** The warehouse cannot be opened, or refuses. */
  WAREHOUSE(5),
  /** What was compared differs. */
  DIFFERENT(6);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
