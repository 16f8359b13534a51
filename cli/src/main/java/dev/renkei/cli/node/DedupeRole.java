package dev.renkei.cli.node;

import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.server.StatusReport;
import java.util.Map;

/** The flow that removes duplicates. */
record DedupeRole(DedupeFlow flow) implements FlowRole {
  @Override
  public String name() {
    return Flows.DEDUPE;
  }

  @Override
  public StatusReport.Flow report() {
    DedupeFlow.Counts counts = flow.counts();
    return new StatusReport.Flow(
        Flows.DEDUPE,
        flow.state(),
        new StatusReport.Counts(
            counts.in(),
            counts.out(),
            counts.duplicates(),
            counts.superseded(),
            counts.filtered(),
            counts.deadLetters()),
        Map.of("forgotten", counts.forgotten()),
        null);
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
