package dev.renkei.beam.latest;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import java.io.Serializable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;

/** The hub as this pipeline needs it: a value of plain values. */
public interface LatestHub extends Serializable {
  /** Messages of the hub, in any order, each at least once. */
  PCollection<FlowMessage> read(Pipeline pipeline);

  /** Brings messages that were set aside to the dead letters. */
  void setAside(PCollection<DeadLetter> letters);
}
