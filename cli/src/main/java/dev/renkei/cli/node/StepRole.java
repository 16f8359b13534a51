package dev.renkei.cli.node;

import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.server.StatusReport;
import java.util.Map;
import java.util.TreeMap;

/**
 * A flow of one step.
 *
 * @param name as {@code renkei flow} takes it
 */
record StepRole(String name, StepFlow flow) implements FlowRole {
  @Override
  public StatusReport.Flow report() {
    Map<String, Long> own = new TreeMap<>(flow.counts());
    return new StatusReport.Flow(
        name,
        flow.state(),
        new StatusReport.Counts(
            taken(own, "in"),
            taken(own, "out"),
            taken(own, "duplicates"),
            taken(own, "superseded"),
            taken(own, "filtered"),
            taken(own, "dead_letters")),
        own,
        null);
  }

  private static long taken(Map<String, Long> counts, String name) {
    Long count = counts.remove(name);
    return count == null ? 0 : count;
  }

  @Override
  public void rest(boolean resting) {
    flow.rest(resting);
  }

  @Override
  public void close() {
    flow.close();
  }
}
