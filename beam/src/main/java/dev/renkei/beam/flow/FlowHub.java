package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import java.io.Serializable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;

/** The hub as a pipeline that reads it needs it: a value of plain values, which workers get. */
public interface FlowHub extends Serializable {
  /**
   * Messages of the hub, in any order, each at least once.
   *
   * @param flow counts them as {@code in}
   */
  PCollection<FlowMessage> read(Pipeline pipeline, String flow);

  /** Brings messages that were set aside to the dead letters. */
  void setAside(PCollection<DeadLetter> letters);

  /**
   * Brings messages to a topic beside the hub's.
   *
   * @param name of the transform, which operators meet
   * @param topic by the hub's own name
   * @param flow counts them as {@code out}
   */
  void publish(PCollection<FlowMessage> messages, String name, String topic, String flow);

  /** The store of schemas, on a worker. */
  OpenSchemas openSchemas() throws HubException, InterruptedException;
}
