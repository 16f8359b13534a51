package dev.renkei.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubsTest {
  private static final String SMALLEST =
      """
      version: 1
      name: shop
      source:
        sqlserver: {host: db1, database: Shop, username: reader, password: hunter2}
      hub: {type: pubsub, project: shop-data}
      """;

  @TempDir private Path folder = Path.of("");

  private List<String> subscriptions(String more) throws Exception {
    Path file = Files.writeString(folder.resolve("renkei.yaml"), SMALLEST + more);
    return Hubs.plan(Configuration.load(file, Map.of())).stream()
        .filter(line -> line.startsWith("subscription "))
        .map(line -> line.substring(0, line.indexOf(" of ")))
        .toList();
  }

  @Test
  void whoeverOpensTheHubMakesTheSubscriptionThatBigtableIsFilledFrom() throws Exception {
    assertThat(subscriptions("")).isEmpty();
    assertThat(subscriptions("bigtable: {project: shop-data, instance: shop, table: rows}\n"))
        .containsExactly(
            "subscription projects/shop-data/subscriptions/renkei.hub.pipeline.latest");
  }
}
