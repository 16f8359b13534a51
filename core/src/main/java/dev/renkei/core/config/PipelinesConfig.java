package dev.renkei.core.config;

import dev.renkei.core.message.MessageAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs as Beam pipelines on an engine outside, and how ({@code renkei pipeline}).
 *
 * @param dedupe whether a pipeline removes duplicates; then {@code up} does not, and on Pub/Sub the
 *     trackers publish to the topic raw
 * @param enrich whether a pipeline joins events with their masters; then {@code up} does not
 * @param rules whether a pipeline judges by rules; then {@code up} only delivers what fires
 * @param filter the values of which an attribute must have one for a message to pass dedupe (slide
 *     22), by the attribute's name; empty lets all pass; {@code up} keeps to it too
 * @param features whether a pipeline computes features; then {@code up} does not
 */
public record PipelinesConfig(
    boolean dedupe,
    boolean enrich,
    boolean rules,
    Map<String, Set<String>> filter,
    boolean features,
    Flink flink,
    Dataflow dataflow) {
  /** Others would let rows of a snapshot pass without its closing, or the other way round. */
  private static final Set<String> FILTERABLE =
      Set.of(MessageAttributes.TABLE_NAME, MessageAttributes.SOURCE);

  public PipelinesConfig {
    filter = Map.copyOf(filter);
    for (String attribute : filter.keySet()) {
      if (!FILTERABLE.contains(attribute)) {
        throw new IllegalArgumentException(
            "`filter` by `%s`: a message is let pass by its `table_name` and its `source` alone"
                .formatted(attribute));
      }
    }
  }

  /** Nothing runs there. */
  public static final PipelinesConfig NONE =
      new PipelinesConfig(
          false,
          false,
          false,
          Map.of(),
          false,
          new Flink(null, null, Duration.ofSeconds(1), null),
          new Dataflow(
              null,
              null,
              null,
              new Dataflow.Workers("n2-standard-2", 1, 5, Dataflow.Autoscaling.THROUGHPUT_BASED),
              true,
              new Dataflow.Network(null, null, null, true),
              Map.of(),
              null,
              null));

  /**
   * A Flink cluster.
   *
   * @param master {@code host:port} of its REST interface; null where the command names it
   * @param parallelism of jobs; null for the cluster's own
   * @param checkpointInterval how often positions and state are made durable: what is repeated
   *     after a failure
   * @param stateDirectory where checkpoints lie, a URI that all its machines reach; null for the
   *     cluster's own
   */
  public record Flink(
      @Nullable String master,
      @Nullable Integer parallelism,
      Duration checkpointInterval,
      @Nullable String stateDirectory) {}

  /**
   * Google's Dataflow. What is null is either not wanted or missing: {@code renkei pipeline} says
   * which.
   *
   * @param project where jobs run; null for that of the hub on Pub/Sub
   * @param region where jobs run, for example {@code asia-northeast1}
   * @param temp a place in Cloud Storage for files of jobs, {@code gs://BUCKET/PREFIX}
   * @param labels of jobs
   * @param template a Flex Template's file in Cloud Storage; null submits from this machine
   * @param endpoint the address of Dataflow's interface; null for Google's own
   */
  public record Dataflow(
      @Nullable String project,
      @Nullable String region,
      @Nullable String temp,
      Workers workers,
      boolean streamingEngine,
      Network network,
      Map<String, String> labels,
      @Nullable String template,
      @Nullable String endpoint) {
    public Dataflow {
      labels = Map.copyOf(labels);
    }

    /** How the number of workers follows the load. */
    public enum Autoscaling {
      THROUGHPUT_BASED,
      NONE
    }

    /**
     * The machines of a job.
     *
     * @param machineType for example {@code n2-standard-2}
     * @param atStart 1 to {@code atMost}
     */
    public record Workers(String machineType, int atStart, int atMost, Autoscaling autoscaling) {
      public Workers {
        if (atStart < 1 || atMost < atStart) {
          throw new IllegalArgumentException(
              "`workers` is %d, more than `max_workers`, %d".formatted(atStart, atMost));
        }
      }
    }

    /**
     * Where the machines stand, and as whom they work.
     *
     * @param serviceAccount an account's e-mail address; null for Compute Engine's default
     * @param publicIps whether they have addresses of the internet
     */
    public record Network(
        @Nullable String serviceAccount,
        @Nullable String network,
        @Nullable String subnetwork,
        boolean publicIps) {}
  }
}
