package dev.renkei.cli.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Terraform is told of an installation. */
class VariablesTest {
  /** Everything that leads to a variable. */
  static final String WHOLE =
      """
      version: 1
      name: Shop_1
      data_dir: ./data
      source:
        sqlserver: {host: db1, database: Shop, username: "${SQLSERVER_USER}", password: "${file:password}"}
      tables: {include: ["dbo.*"]}
      hub: {type: pubsub, project: shop-data, state: "gs://shop-renkei/state", retention: 7d}
      pipelines: {dedupe: true, features: true}
      privacy:
        keyset: "${file:/run/secrets/keyset.json}"
        columns:
          dbo.Customers.CardNumber: {method: tokenize, policy_tag: projects/shop-data/locations/l/taxonomies/1/policyTags/2}
      warehouses:
        cloud: {type: bigquery, project: shop-data, dataset: shop, location: asia-northeast1}
        masked: {type: bigquery, project: shop-data, dataset: shop_masked, from: masked, by: beam}
      events:
        page_view: {schema: page_view.json}
      bigtable: {project: shop-data, instance: shop, table: rows}
      features:
        sales: {from: dbo.OrderLines, key: row.ProductID, window: {fixed: 5m}, values: {n: count()}}
      rules:
        last_one: {from: dbo.Stock, when: "row.Quantity == 1", to: [{webhook: "https://n.example/last", secret: "${NOTIFY_SECRET}"}, {topic: last}]}
      server: {listen: "0.0.0.0:8080", token: "${file:token}"}
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "SQLSERVER_USER", "planted-user",
          "NOTIFY_SECRET", "whsec_cGxhbnRlZC1zZWNyZXQtb2YtYS13ZWJob29r");

  @TempDir private Path folder = Path.of("");

  private Installation installation(String text) throws Exception {
    Path keyset = Files.writeString(folder.resolve("keyset"), "planted-keyset");
    String local = text.replace("/run/secrets/keyset.json", keyset.toString());
    Files.writeString(folder.resolve("password"), "planted-password");
    Files.writeString(folder.resolve("token"), "planted-token");
    Files.writeString(
        folder.resolve("page_view.json"),
        "{\"type\": \"object\", \"properties\": {\"page\": {\"type\": \"string\"}}}");
    Path file = Files.writeString(folder.resolve("renkei.yaml"), local);
    return new Installation(
        Configuration.load(file, ENVIRONMENT),
        folder,
        Reference.in(file),
        "asia-northeast1",
        "asia-northeast1-docker.pkg.dev/shop-data/renkei/renkei:0.1.0");
  }

  private JsonNode variables(String text) throws Exception {
    return new ObjectMapper().valueToTree(Variables.of(installation(text)));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void everyVariableWithoutADefaultIsWrittenAndNoOther() throws Exception {
    String declared = ModuleFiles.ofThisRelease().byPath().getOrDefault("variables.tf", "");

    assertThat(names(variables(WHOLE)))
        .containsExactlyInAnyOrderElementsOf(Hcl.parse(declared).requiredVariables());
  }

  @Test
  void namesTopicsAndSubscriptionsAsTheHubDoes() throws Exception {
    JsonNode variables = variables(WHOLE);

    assertThat(names(variables.get("topics")))
        .containsExactly(
            "renkei.features",
            "renkei.hub",
            "renkei.last",
            "renkei.masked.hub",
            "renkei.notifications",
            "renkei.raw");
    assertThat(names(variables.get("subscriptions")))
        .containsExactly(
            "renkei.hub.cloud",
            "renkei.hub.pipeline.features",
            "renkei.hub.pipeline.latest",
            "renkei.hub.pipeline.mask",
            "renkei.hub.pipeline.rules",
            "renkei.masked.hub.masked",
            "renkei.notifications.last_one.webhook-1",
            "renkei.raw.dedupe");
    assertThat(variables.get("topics").get("renkei.hub").get("retention").asText())
        .isEqualTo("604800s");
  }

  @ParameterizedTest
  @CsvSource({
    "renkei.raw, 'tracker,collector'",
    "renkei.hub, pipelines",
    "renkei.features, pipelines",
    "renkei.last, pipelines",
    "renkei.masked.hub, pipelines"
  })
  void whoMayPublish(String topic, String roles) throws Exception {
    List<String> publishers = new ArrayList<>();
    variables(WHOLE)
        .get("topics")
        .get(topic)
        .get("publishers")
        .forEach(role -> publishers.add(role.asText()));

    assertThat(String.join(",", publishers)).isEqualTo(roles);
  }

  @ParameterizedTest
  @CsvSource({
    "renkei.hub.cloud, loader",
    "renkei.masked.hub.masked, pipelines",
    "renkei.raw.dedupe, pipelines",
    "renkei.hub.pipeline.latest, pipelines",
    "renkei.notifications.last_one.webhook-1, notifier"
  })
  void whoMayRead(String subscription, String role) throws Exception {
    assertThat(variables(WHOLE).get("subscriptions").get(subscription).get("subscriber").asText())
        .isEqualTo(role);
  }

  @Test
  void startsEachRoleOnAMachineOfItsOwn() throws Exception {
    JsonNode processes = variables(WHOLE).get("processes");

    assertThat(names(processes))
        .containsExactly("collector", "loader", "notifier", "tracker-a", "tracker-b");
    assertThat(processes.get("tracker-b").get("arguments").toString())
        .isEqualTo("[\"track\",\"--name\",\"tracker-b\"]");
    assertThat(processes.get("loader").get("data").asBoolean()).isTrue();
  }

  @Test
  void aPlainChainHasNeitherPipelinesNorMoreThanItsOwnTopic() throws Exception {
    JsonNode plain =
        variables(
            """
            version: 1
            name: shop
            source: {sqlserver: {host: db1, database: Shop, username: u, password: p}}
            tables: {include: ["dbo.*"]}
            hub: {type: pubsub, project: shop-data, state: "gs://shop-renkei/state"}
            warehouses: {cloud: {type: bigquery, project: shop-data, dataset: shop}}
            """);

    assertThat(names(plain.get("topics"))).containsExactly("renkei.hub");
    assertThat(plain.get("topics").get("renkei.hub").get("publishers").toString())
        .isEqualTo("[\"tracker\"]");
    assertThat(plain.get("accounts").toString()).isEqualTo("[\"loader\",\"tracker\"]");
    assertThat(plain.get("bigtable").isNull()).isTrue();
    assertThat(plain.get("health_port").isNull()).isTrue();
    assertThat(names(plain.get("secrets"))).containsExactly("shop-configuration");
  }

  @Test
  void writesNamesOfSecretsAndNeverTheirValues() throws Exception {
    JsonNode variables = variables(WHOLE);

    assertThat(variables.toString()).doesNotContain("planted").doesNotContain("cGxhbnRlZ");
    assertThat(variables.get("secrets").get("shop-1-environment-SQLSERVER_USER").toString())
        .contains("SQLSERVER_USER");
    assertThat(names(variables.get("secrets"))).hasSize(6);
  }

  @Test
  void filesLieBesideTheConfigurationInAContainerAsHere() throws Exception {
    JsonNode variables = variables(WHOLE);

    assertThat(names(variables.get("files"))).containsExactly("/etc/renkei/page_view.json");
    assertThat(variables.get("data_dir").asText()).isEqualTo("/etc/renkei/data");
    assertThat(variables.get("health_port").asInt()).isEqualTo(8080);
    assertThat(variables.get("token_secret").asText()).isEqualTo("shop-1-file-token");
  }

  @ParameterizedTest
  @CsvSource({
    "shop, shop",
    "Shop_1, shop-1",
    "9to5, r9to5",
    "_x_, r-x",
    "a-name-that-is-longer-than-accounts, a-name-that-is-long"
  })
  void prefixesAreNamesOfAccounts(String name, String prefix) {
    assertThat(Variables.prefix(name)).isEqualTo(prefix).matches("[a-z][a-z0-9-]{0,18}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'hub: {type: pubsub, project: shop-data, state: \"gs://shop-renkei/state\", retention: 7d}' | 'hub: {type: kafka, bootstrap_servers: k:9092}' | hub: its type is `kafka`",
        "'state: \"gs://shop-renkei/state\"' | 'state: ./state' | hub.state: it is a folder",
        "'retention: 7d' | 'endpoint: {address: \"localhost:8085\", plaintext: true}' | hub.endpoint",
        "'tables:' | 'trackers: {count: 3}\ntables:' | trackers.count: 3",
        "'cloud: {type: bigquery, project: shop-data, dataset: shop, location: asia-northeast1}' | 'local: {type: duckdb, path: ./shop.duckdb}' | warehouses.local.path"
      })
  void refusesWithAReason(String instead, String given, String reason) throws Exception {
    String text = WHOLE.replace(instead, given);
    assertThat(text).isNotEqualTo(WHOLE);

    assertThat(Refusals.of(installation(text))).singleElement().asString().contains(reason);
  }

  @Test
  void refusesNothingOfAWholeInstallation() throws Exception {
    assertThat(Refusals.of(installation(WHOLE))).isEmpty();
  }
}
