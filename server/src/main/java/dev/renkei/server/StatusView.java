package dev.renkei.server;

import java.util.List;

/**
 * The reports of all processes of one installation as one picture.
 *
 * @param reports one of each process that answered
 * @param silent those that run and did not answer
 */
public record StatusView(List<StatusReport> reports, List<Silent> silent) {
  public StatusView {
    reports = List.copyOf(reports);
    silent = List.copyOf(silent);
  }

  /** A process that lives but does not tell how it is, and why. */
  public record Silent(RunFiles.Running process, String reason) {}

  /** One line per table, by source and name. */
  public List<TableLine> tables() {
    return TableLine.of(reports);
  }

  public Verdict verdict() {
    return new Judgement(this).verdict();
  }

  /**
   * What is still missing before all is up: every table followed, every flow running, every
   * warehouse near the end of the hub. Sentences; none once it is.
   */
  public List<String> missing() {
    return Settling.of(this);
  }

  /** Tables of plain text for a terminal, ending with a line feed. */
  public String text() {
    return new StatusText(this).text();
  }
}
