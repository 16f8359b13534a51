package dev.renkei.cli;

/**
 * How {@code renkei} ends, as scripts see it ({@code docs/design.md}, "Configuration and command
 * line"). {@link Endings} says which commands end how.
 */
public enum ExitCode {
  OK(0, "fine", "There is nothing to do."),
  INTERNAL(
      1,
      "a fault of Renkei itself",
      "Report it with what standard error shows. Processes that are supervised may be started again."),
  USAGE(
      2,
      "wrong usage or configuration",
      "Correct what the sentences on standard error name, all of them at once; starting again without that is of no use."),
  SOURCE(
      3,
      "SQL Server cannot be reached, or lacks what tracking needs",
      "`renkei check` shows what is missing, with the T-SQL that mends it."),
  HUB(
      4,
      "the hub cannot be reached, or is not as it must be",
      "See that it runs: Kafka's brokers, `renkei up` where the broker is embedded, or what Pub/Sub lets this machine do."),
  WAREHOUSE(
      5,
      "the warehouse cannot be opened, or refuses",
      "See that no other program holds its file and that the disk is not full, or that BigQuery grants what `renkei check` lists."),
  DIFFERENT(
      6,
      "what was compared differs",
      "Look at the differences that were printed; whether they are a fault depends on the command.");

  private final int number;
  private final String meaning;
  private final String cure;

  ExitCode(int number, String meaning, String cure) {
    this.number = number;
    this.meaning = meaning;
    this.cure = cure;
  }

  public int number() {
    return number;
  }

  /** What it says, without a full stop. */
  String meaning() {
    return meaning;
  }

  /** What to do, in whole sentences. */
  String cure() {
    return cure;
  }
}
