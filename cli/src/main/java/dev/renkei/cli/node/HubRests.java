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
    check(part);
    pauses.pause(new Pause(part, reason, Clock.systemUTC().instant()), who);
  }

  @Override
  public List<Pause> resume(Collection<Part> parts) throws HubException, InterruptedException {
    return pauses.resume(parts, who);
  }

  private void check(Part part) {
    switch (part.kind()) {
      case SOURCE -> {}
      case TABLE -> Named.checkTracked(config, TableName.parse(part.name()));
      case FLOW -> checkFlow(part.name());
      case WAREHOUSE -> checkWarehouse(Named.warehouse(config, part.name()));
    }
  }

  private void checkFlow(String name) {
    if (!Flows.known().contains(name)) {
      throw new IllegalArgumentException(
          "no flow '%s'; there are: %s".formatted(name, String.join(", ", Flows.of(config))));
    }
    if (config.hub() instanceof HubConfig.PubSub
        || (name.equals(Flows.RULES) && config.pipelines().rules())) {
      throw new IllegalArgumentException(byPipeline("flow %s is".formatted(name)));
    }
    Flows.refusal(name, config)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
  }

  private static void checkWarehouse(WarehouseConfig warehouse) {
    if (warehouse instanceof WarehouseConfig.BigQuery bigQuery && bigQuery.byBeam()) {
      throw new IllegalArgumentException(
          byPipeline("warehouse %s is loaded by".formatted(warehouse.name())));
    }
  }

  private static String byPipeline(String what) {
    return what + " a pipeline, which its runner stops and starts (docs/beam.md)";
  }
}
