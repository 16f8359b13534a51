package dev.renkei.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.beam.dataflow.DataflowTarget;
import dev.renkei.core.config.Configuration;
import dev.renkei.steps.mask.MaskKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlueprintTest {
  private static final String SOURCE =
      """
      version: 1
      name: shop
      source:
        sqlserver: {host: db1, database: Shop, username: reader, password: hunter2}
      """;
  private static final String KAFKA =
      "hub: {type: kafka, bootstrap_servers: 'k1:9092,k2:9092', topic_prefix: s., properties: {sasl.jaas.config: s3cret}}\n";
  private static final String PUBSUB = "hub: {type: pubsub, project: shop-data}\n";

  @TempDir private Path folder = Path.of("");

  private Configuration load(String text) throws Exception {
    return Configuration.load(
        Files.writeString(folder.resolve("renkei.yaml"), SOURCE + text), Map.of());
  }

  private Blueprint dedupe(String hub) throws Exception {
    return Blueprints.of(load(hub + "pipelines: {dedupe: true}\n"), Flow.DEDUPE, null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void aBlueprintIsReadBackAsItWasWritten(String hub) throws Exception {
    Blueprint blueprint = dedupe(hub);

    assertThat(Blueprint.read(blueprint.parameters().getOrDefault(Blueprint.PARAMETER, "")))
        .isEqualTo(blueprint);
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void aBlueprintBuildsItsFlowWithoutConnecting(String hub) throws Exception {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());

    dedupe(hub).build(pipeline);

    assertThat(Transforms.names(pipeline)).startsWith("Raw", "Legible", "Filter").contains("Hub");
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void theWarehouseIsTheOneThatBeamLoads(String hub) throws Exception {
    String warehouses =
        """
        warehouses:
          local: {type: duckdb, path: x}
          other: {type: bigquery, project: shop-data, dataset: other}
          cloud: {type: bigquery, by: beam, project: shop-data, dataset: shop}
        """;
    Blueprint blueprint = Blueprints.of(load(hub + warehouses), Flow.WAREHOUSE, null, null);

    assertThat(blueprint.part()).isEqualTo("cloud");
    assertThat(Blueprint.read(blueprint.parameters().getOrDefault(Blueprint.PARAMETER, "")))
        .isEqualTo(blueprint);
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void latestRowsGoIntoTheTableThatTheConfigurationNames(String hub) throws Exception {
    Configuration config =
        load(hub + "bigtable: {project: shop-data, instance: shop, table: rows}\n");
    Blueprint blueprint = Blueprints.of(config, Flow.LATEST, null, null);
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());

    blueprint.build(pipeline);

    assertThat(Transforms.names(pipeline)).contains("Hub", "Write rows", "Snapshots");
    assertThat(Blueprint.read(blueprint.parameters().getOrDefault(Blueprint.PARAMETER, "")))
        .isEqualTo(blueprint);
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void aWarehouseFromTheMaskedSideReadsNothingOfTheHub(String hub) throws Exception {
    String masked =
        """
        privacy: {keyset: k}
        warehouses: {cloud: {type: bigquery, by: beam, from: masked, project: shop-data, dataset: shop}}
        """;
    String blueprint =
        Blueprints.of(load(hub + masked), Flow.WAREHOUSE, null, null).plan().toString();

    if (hub.equals(KAFKA)) {
      assertThat(blueprint)
          .contains("hub=s.masked,", "schemas=s.masked-schemas,")
          .contains("deadLetters=s.masked-dead-letters,");
    } else {
      assertThat(blueprint)
          .contains("subscriptions/renkei.masked.hub.cloud,", "/masked]")
          .doesNotContain("renkei.hub");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void maskingNeedsKeysAndShowsNoneOfThem(String hub) throws Exception {
    String keys = MaskKeys.create().json();
    Configuration config = load(hub + "privacy: {keyset: '" + keys + "'}\n");
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());

    Blueprint blueprint = Blueprints.of(config, Flow.MASK, null, null);
    blueprint.build(pipeline);

    assertThat(Transforms.names(pipeline)).contains("Hub", "Mask", "Masked", "Dead letters");
    assertThat(blueprint.toString()).doesNotContain(keys.substring(20, 40));
    Configuration none = load(hub);
    assertThatThrownBy(() -> Blueprints.of(none, Flow.MASK, null, null))
        .isInstanceOf(PipelineFailure.class)
        .hasMessageContaining("renkei keys create");
  }

  @Test
  void aWarehouseThatBeamDoesNotLoadIsRefused() throws Exception {
    Configuration none = load(PUBSUB);
    Configuration two =
        load(
            PUBSUB
                + """
                warehouses:
                  a: {type: bigquery, by: beam, project: shop-data, dataset: a}
                  b: {type: bigquery, by: beam, project: shop-data, dataset: b}
                """);

    assertThatThrownBy(() -> Blueprints.of(none, Flow.WAREHOUSE, "cloud", null))
        .hasMessageContaining("no warehouse 'cloud' is enabled and loaded `by: beam`");
    assertThatThrownBy(() -> Blueprints.of(two, Flow.WAREHOUSE, null, null))
        .hasMessageContaining("`by: beam` are a, b");
  }

  @Test
  void latestRowsNeedATable() throws Exception {
    Configuration config = load(KAFKA);

    assertThatThrownBy(() -> Blueprints.of(config, Flow.LATEST, null, null))
        .isInstanceOf(PipelineFailure.class)
        .hasMessageContaining("bigtable: {project: P, instance: I, table: T}");
  }

  @ParameterizedTest
  @ValueSource(strings = {KAFKA, PUBSUB})
  void whatPassesDedupeIsWhatTheConfigurationSays(String hub) throws Exception {
    Blueprint blueprint =
        Blueprints.of(
            load(hub + "pipelines: {dedupe: true, filter: {table_name: dbo.Orders}}\n"),
            Flow.DEDUPE,
            null,
            null);

    assertThat(blueprint.toString())
        .contains("AttributeFilter[wanted={table_name=[dbo.Orders]}]")
        .doesNotContain("s3cret");
  }

  @Test
  void whatDataflowsMachinesCannotReachIsAnObstacle() throws Exception {
    assertThat(DataflowTarget.obstacle(load(PUBSUB)))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("`hub.state` is the folder"));
    assertThat(DataflowTarget.obstacle(load("")))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("inside `renkei up`"));
    assertThat(DataflowTarget.obstacle(load(KAFKA))).isEmpty();
    assertThat(
            DataflowTarget.obstacle(
                load("hub: {type: pubsub, project: shop-data, state: 'gs://shop/state'}\n")))
        .isEmpty();
  }

  @Test
  void dedupeIsRefusedWhereTheConfigurationLeavesItToUp() throws Exception {
    Configuration config = load(KAFKA);

    assertThatThrownBy(() -> Blueprints.of(config, Flow.DEDUPE, null, null))
        .isInstanceOf(PipelineFailure.class)
        .hasMessageContaining("pipelines: {dedupe: true}");
  }

  @Test
  void whatIsNoBlueprintIsRefused() {
    String other =
        Base64.getEncoder()
            .encodeToString("something".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Blueprint.read(other))
        .isInstanceOf(PipelineFailure.class)
        .hasMessageContaining("another build");
  }
}
