package dev.renkei.cli.terraform;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Why an installation cannot be brought to Google Cloud by Terraform. */
public final class Refusals {
  private static final int MOST_TRACKERS = 2;

  private Refusals() {}

  /** All of them; empty where nothing stands in the way. */
  public static List<String> of(Installation installation) {
    Configuration config = installation.config();
    List<String> refusals = new ArrayList<>();
    if (config.hub() instanceof HubConfig.PubSub hub) {
      refuseHub(hub, refusals);
    } else {
      refusals.add(
          "hub: its type is `kafka`; topics and rights there are made with the cluster's own tools, and Terraform has modules for Pub/Sub only. Write `hub: {type: pubsub, ...}` (docs/google-cloud.md), or run the roles by systemd or compose (docs/deployment.md).");
    }
    if (config.trackers().count() > MOST_TRACKERS) {
      refusals.add(
          "trackers.count: %d; the modules start one or two, which are replaced one after the other."
              .formatted(config.trackers().count()));
    }
    config.warehouses().stream()
        .filter(WarehouseConfig::enabled)
        .forEach(warehouse -> refuse(warehouse, config, refusals));
    config.events().types().stream()
        .filter(type -> !Files.isReadable(type.schema()))
        .forEach(
            type ->
                refusals.add(
                    "events.%s.schema: %s cannot be read, and has to be brought to the collector's machine."
                        .formatted(type.name(), type.schema())));
    return List.copyOf(refusals);
  }

  private static void refuseHub(HubConfig.PubSub hub, List<String> refusals) {
    if (!(hub.state() instanceof HubConfig.PubSub.State.Bucket)) {
      refusals.add(
          "hub.state: it is a folder of this machine; several machines share a bucket, `state: \"gs://BUCKET/state\"`.");
    }
    HubConfig.PubSub.Endpoint endpoint = hub.endpoint();
    if (endpoint != null && endpoint.plaintext()) {
      refusals.add(
          "hub.endpoint: %s is reached without TLS and credentials, so it is an emulator."
              .formatted(endpoint.address()));
    }
  }

  private static void refuse(
      WarehouseConfig warehouse, Configuration config, List<String> refusals) {
    if (warehouse instanceof WarehouseConfig.DuckDb duck
        && !duck.path().startsWith(config.dataDir())) {
      refusals.add(
          "warehouses.%s.path: %s is outside of data_dir (%s), which alone is kept when a machine is replaced."
              .formatted(duck.name(), duck.path(), config.dataDir()));
    }
    if (warehouse instanceof WarehouseConfig.BigQuery big) {
      WarehouseConfig.BigQuery.Endpoint endpoint = big.endpoint();
      if (endpoint != null && endpoint.plaintext()) {
        refusals.add(
            "warehouses.%s.endpoint: it is reached without TLS and credentials, so it is a stand-in."
                .formatted(big.name()));
      }
    }
  }
}
