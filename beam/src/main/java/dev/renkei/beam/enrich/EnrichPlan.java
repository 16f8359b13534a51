package dev.renkei.beam.enrich;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.steps.enrich.Joining;
import java.io.Serializable;
import java.util.List;

/**
 * What the pipeline that joins events is made from.
 *
 * @param source the configured name of the source
 * @param joinings at least one
 * @param topic of the hub, where joined events go, as the hub names topics
 */
public record EnrichPlan(FlowHub hub, String source, List<Joining> joinings, String topic)
    implements Serializable {
  public EnrichPlan {
    joinings = List.copyOf(joinings);
    if (joinings.isEmpty()) {
      throw new IllegalArgumentException("nothing is joined");
    }
  }
}
