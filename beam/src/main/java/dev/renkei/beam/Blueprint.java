package dev.renkei.beam;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Base64;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;

/**
 * A flow with everything that it is made from, as it is handed on to whoever starts it: plain
 * values, no connections. It may hold secrets of Kafka's clients.
 *
 * @param part tells two jobs of one flow apart; empty where there is one
 * @param plan what the flow's pipeline is built from
 */
public record Blueprint(Flow flow, String part, Builds plan) implements Serializable {
  /** The parameter of a Flex Template that holds a blueprint. */
  static final String PARAMETER = "blueprint";

  private static final String OURS = "dev.renkei.**;java.base/*;!*";

  /** Puts a flow into a pipeline. */
  public interface Builds extends Serializable {
    /** Adds the flow's transforms; reads and connects to nothing. */
    void build(Pipeline pipeline);

    /** Checks and makes, before a job is started, what its workers will need. */
    default void prepare() throws PipelineFailure, InterruptedException {}
  }

  /** Checks and makes, before a job is started, what its workers will need. */
  void prepare() throws PipelineFailure, InterruptedException {
    plan.prepare();
  }

  /** Puts the flow into a pipeline. */
  public void build(Pipeline pipeline) {
    plan.build(pipeline);
  }

  /** As parameters of a Flex Template, whose launcher is of the same build. */
  Map<String, String> parameters() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new IllegalStateException("a plan that cannot be written", e);
    }
    return Map.of(PARAMETER, Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  /**
   * Reads what {@link #parameters} wrote.
   *
   * @throws PipelineFailure where another build has written it
   */
  static Blueprint read(String parameter) throws PipelineFailure {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(parameter)))) {
      in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(OURS));
      return (Blueprint) in.readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      throw PipelineFailure.usage(
          "the template is of another build than this launch (%s). Build the template anew from this one (docs/beam.md)."
              .formatted(e.getMessage()));
    }
  }
}
