package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a configuration. */
class ShownTest {
  private static final String FILE =
      """
      version: 1
      name: shop
      source:
        sqlserver: {host: "${HOST}", database: Shop, username: "${USER}", password: "${PASSWORD}", properties: {trustStorePassword: planted-1}}
        max_transaction: 90s
      tables:
        include: [dbo.Orders, dbo.Stock]
        defaults: {interval: 1500ms}
        override: {dbo.Orders: {where: "row.Status != 'DRAFT'"}}
      hub: {type: kafka, bootstrap_servers: embedded, properties: {sasl.jaas.config: "planted-2 ${PASSWORD}", ssl.key.password: "${PASSWORD}"}}
      pipelines: {filter: {table_name: dbo.Orders}}
      rules:
        r: {from: dbo.Orders, when: "true", to: [{webhook: "https://h.example/planted-3", secret: cGxhbnRlZC0zLXBsYW50ZWQtMy1wbGFudGVkLTM=}, log]}
      server: {listen: "127.0.0.1:0", token: planted-4}
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOST", "planted-5", "USER", "planted-6", "PASSWORD", "planted-7");

  @TempDir private Path folder = Path.of("");

  private Map<String, String> shown(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("renkei.yaml"), text);
    return Configuration.load(file, ENVIRONMENT).shown().byKey();
  }

  @Test
  void noSecretAndNothingThatAReferenceStandsFor() throws Exception {
    assertThat(shown(FILE).toString()).doesNotContain("planted", "cGxhbn");
  }

  @Test
  void referencesAsWrittenAndSecretsHidden() throws Exception {
    assertThat(shown(FILE))
        .containsEntry("source.sqlserver.host", "${HOST}")
        .containsEntry("source.sqlserver.password", "${PASSWORD}")
        .containsEntry("source.sqlserver.properties.trustStorePassword", "(hidden)")
        .containsEntry("hub.properties.sasl.jaas.config", "(hidden)")
        .containsEntry("hub.properties.ssl.key.password", "${PASSWORD}")
        .containsEntry("rules.r.to[0].webhook", "(hidden)")
        .containsEntry("server.token", "(hidden)");
  }

  @Test
  void whatWasGivenAndWhatWasNot() throws Exception {
    assertThat(shown(FILE))
        .containsEntry("tables.include", "dbo.Orders, dbo.Stock")
        .containsEntry("tables.exclude", "")
        .containsEntry("tables.override.dbo.Orders.where", "row.Status != 'DRAFT'")
        .containsEntry("trackers.mode", "active_active")
        .containsEntry("pipelines.filter.table_name", "dbo.Orders")
        .containsEntry("rules.r.to[1].log", "true");
  }

  @Test
  void equalValuesReadAlikeHoweverTheyAreSpelt() throws Exception {
    assertThat(shown(FILE)).isEqualTo(shown(FILE.replace("90s", "90000ms")));
    assertThat(shown(FILE)).containsEntry("tables.defaults.interval", "1.5s");
  }
}
