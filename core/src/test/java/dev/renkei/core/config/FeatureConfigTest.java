package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureConfigTest {
  private static final String SHOP =
      """
      version: 1
      name: shop
      source:
        sqlserver: {host: db1, database: Shop, username: reader, password: hunter2}
      bigtable: {project: shop-data, instance: shop, table: features}
      features:
      """;

  private final Path folder;

  FeatureConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Configuration load(String features) throws Exception {
    Path file = folder.resolve("renkei.yaml");
    Files.writeString(file, SHOP + features.indent(2));
    return Configuration.load(file, Map.of());
  }

  @Test
  void readsEveryKey() throws Exception {
    Configuration config =
        load(
            """
            sales:
              from: dbo.OrderLines
              key: [row.ProductID, row.Shop]
              where: row.Status != 'DRAFT'
              time: row.OrderedAt
              timezone: Asia/Tokyo
              window: {sliding: 10m, every: 1m, lateness: 2m}
              values: {quantity: sum(row.Quantity), orders: count()}
              to: [topic, warehouse, bigtable]
              early: 5s
              keep: 2h
            visits: {from: events.page_view, key: row.visitor, window: {session: 30m}, values: {pages: count()}}
            """);

    assertThat(config.features())
        .containsExactly(
            new FeatureConfig(
                "sales",
                new TableName("dbo", "OrderLines"),
                List.of("row.ProductID", "row.Shop"),
                "row.Status != 'DRAFT'",
                "row.OrderedAt",
                ZoneId.of("Asia/Tokyo"),
                new Window.Sliding(Duration.ofMinutes(10), Duration.ofMinutes(1)),
                Duration.ofMinutes(2),
                List.of(
                    new Value("quantity", Function.SUM, "row.Quantity", 4),
                    new Value("orders", Function.COUNT, null, 6)),
                Target.all(),
                Duration.ofSeconds(5),
                Duration.ofHours(2)),
            new FeatureConfig(
                "visits",
                new TableName("events", "page_view"),
                List.of("row.visitor"),
                null,
                null,
                null,
                new Window.Session(Duration.ofMinutes(30)),
                Duration.ofMinutes(1),
                List.of(new Value("pages", Function.COUNT, null, 6)),
                Set.of(Target.TOPIC, Target.WAREHOUSE),
                Duration.ofSeconds(1),
                Duration.ofHours(1)));
  }

  @Test
  void tellsAllFaultsTogether() {
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                load(
                    """
                    a: {from: dbo.T, window: {fixed: 5m, session: 1m}, values: {x: median(row.X), y: sum()}}
                    b: {from: dbo.T, key: row.K, window: {sliding: 1m, every: 5m}, values: {window_end: count()}}
                    """));

    assertThat(refused.faults())
        .extracting(Fault::toString)
        .containsExactlyInAnyOrder(
            "line 7: features.a.values.x: `x: median(row.X)`; accepted are count(), count(E), sum(E), avg(E), min(E), max(E), last(E) and distinct(E), E an expression on `row`",
            "line 7: features.a.values.y: `y: sum()` needs an expression, as in sum(row.Quantity)",
            "line 7: features.a.window: `window` is one of {fixed: 5m}, {sliding: 10m, every: 1m} and {session: 30m}",
            "line 7: features.a.key: missing; accepted is an expression on `row` (docs/expressions.md)",
            "line 8: features.b.window: `window`: `every` is longer than `sliding`, so that rows between would be lost");
  }

  @Test
  void aFeatureMayBeComputedFromAnotherButNotFromItself() throws Exception {
    String feature = "%s: {from: %s, key: row.k, window: {fixed: 1m}, values: {n: count()}}%n";

    assertThat(
            load(feature.formatted("a", "dbo.T") + feature.formatted("b", "features.a")).features())
        .hasSize(2);
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                load(
                    feature.formatted("a", "features.A")
                        + feature.formatted("b", "features.d")
                        + feature.formatted("c", "features.b")
                        + feature.formatted("d", "features.c")
                        + feature.formatted("e", "features.d")));
    assertThat(refused.faults())
        .extracting(Fault::toString)
        .satisfiesExactly(
            a ->
                assertThat(a)
                    .contains("line 7", "features.a.from", "computed from itself: a from a"),
            b -> assertThat(b).contains("b from d from c from b"),
            c -> assertThat(c).contains("c from b from d from c"),
            d -> assertThat(d).contains("d from c from b from d"));
  }
}
