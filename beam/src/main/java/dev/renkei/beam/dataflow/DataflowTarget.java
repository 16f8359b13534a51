package dev.renkei.beam.dataflow;

import dev.renkei.beam.PipelineFailure;
import dev.renkei.beam.dataflow.DataflowService.Place;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.PipelinesConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says about Dataflow, with nothing missing.
 *
 * @param temp {@code gs://BUCKET/PREFIX} without a slash at its end
 */
public record DataflowTarget(Place place, String temp, PipelinesConfig.Dataflow settings) {
  /**
   * Takes it from the configuration.
   *
   * @throws PipelineFailure naming everything that is missing
   */
  public static DataflowTarget of(Configuration config) throws PipelineFailure {
    PipelinesConfig.Dataflow settings = config.pipelines().dataflow();
    String project = settings.project() == null ? projectOfHub(config) : settings.project();
    String region = settings.region();
    String temp = settings.temp();
    if (project == null || region == null || temp == null) {
      List<String> missing = new ArrayList<>();
      if (project == null) {
        missing.add("`project`");
      }
      if (region == null) {
        missing.add("`region`");
      }
      if (temp == null) {
        missing.add("`temp`");
      }
      throw PipelineFailure.usage(
          "--runner=dataflow: `pipelines.dataflow` lacks %s (docs/configuration.md)."
              .formatted(String.join(", ", missing)));
    }
    return new DataflowTarget(
        new Place(project, region, settings.endpoint()), temp.replaceAll("/+$", ""), settings);
  }

  /**
   * What keeps workers in the cloud from what they need, in a sentence; empty where nothing does.
   */
  public static Optional<String> obstacle(Configuration config) {
    HubConfig hub = config.hub();
    if (hub instanceof HubConfig.PubSub pubSub
        && pubSub.state() instanceof HubConfig.PubSub.State.Directory folder) {
      return Optional.of(
          "`hub.state` is the folder %s, which Dataflow's machines do not see. Keep it in Cloud Storage, `state: gs://BUCKET/PREFIX`."
              .formatted(folder.path()));
    }
    if (hub instanceof HubConfig.Kafka kafka && kafka.embedded()) {
      return Optional.of(
          "the hub is the broker inside `renkei up`, which Dataflow's machines do not reach. Name a cluster's `bootstrap_servers`.");
    }
    return Optional.empty();
  }

  private static @Nullable String projectOfHub(Configuration config) {
    return config.hub() instanceof HubConfig.PubSub pubSub ? pubSub.project() : null;
  }
}
