package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import dev.renkei.core.schema.TableName;
import dev.renkei.server.Rests;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Operators' pauses, checked against the configuration before they are kept. */
public final class HubRests implements Rests {
  private final Configuration config;
  private final Pauses pauses;
  private final String who;

  /**
   * Reads nothing yet.
   *
   * @param who for people who look into the hub
   */
  public HubRests(Configuration config, Pauses pauses, String who) {
    this.config = config;
    this.pauses = pauses;
    this.who = who;
  }

  @Override
  public Collection<Pause> all() throws HubException, InterruptedException {
    return pauses.look();
  }

  @Override
  public void pause(Part part, String reason) throws HubException, InterruptedException {
    refusal(part)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    pauses.pause(new Pause(part, reason, Clock.systemUTC().instant()), who);
  }

  @Override
  public List<Pause> resume(Collection<Part> parts) throws HubException, InterruptedException {
    return pauses.resume(parts, who);
  }

  private Optional<String> refusal(Part part) {
    return switch (part.kind()) {
      case SOURCE -> Optional.empty();
      case TABLE ->
          config.matches(TableName.parse(part.name()))
              ? Optional.empty()
              : Optional.of(
                  "%s is not tracked: `tables.include` and `exclude` leave it out"
                      .formatted(part.name()));
      case FLOW -> flow(part.name());
      case WAREHOUSE -> warehouse(part.name());
    };
  }

  private Optional<String> flow(String name) {
    if (!Flows.known().contains(name)) {
      return Optional.of(
          "no flow '%s'; there are: %s".formatted(name, String.join(", ", Flows.of(config))));
    }
    boolean byPipeline =
        config.hub() instanceof HubConfig.PubSub
            || (name.equals(Flows.RULES) && config.pipelines().rules());
    return byPipeline
        ? Optional.of(
            "flow %s is a pipeline, which its runner stops and starts (docs/beam.md)"
                .formatted(name))
        : Flows.refusal(name, config);
  }

  private Optional<String> warehouse(String name) {
    for (WarehouseConfig warehouse : config.warehouses()) {
      if (warehouse.name().equals(name)) {
        return warehouse instanceof WarehouseConfig.BigQuery bigQuery && bigQuery.byBeam()
            ? Optional.of(
                "warehouse %s is loaded by a pipeline, which its runner stops and starts (docs/beam.md)"
                    .formatted(name))
            : Optional.empty();
      }
    }
    return Optional.of(
        "no warehouse '%s'; there are: %s"
            .formatted(
                name,
                config.warehouses().stream()
                    .map(WarehouseConfig::name)
                    .collect(Collectors.joining(", "))));
  }
}
