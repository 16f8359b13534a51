package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.EventsConfig.Join;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.config.Rate;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SourceCheck.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsesCheckTest {
  private static final List<TableSchema> SOURCE =
      List.of(
          table("dbo", "Stock", column("ProductID", 1), column("StockCount", 0)),
          table("dbo", "Shelves", column("ProductID", 1), column("ShelvesCount", 0)),
          table("dbo", "Customers", column("CustomerID", 1), column("Rank", 0)));
  private static final EventsConfig EVENTS =
      new EventsConfig(List.of(type("page_view"), type("search")), EventsConfig.Collector.DEFAULT);
  private static final List<TableSchema> EVENT_SCHEMAS =
      List.of(table("events", "page_view", column("event_id", 1), number("customer_id")));
  private static final List<FeatureConfig> FEATURES =
      List.of(
          feature("visits_by_shelf", "features.visits", "row.customer_id", "sum(row.visits)"),
          feature("visits", "events.page_view_enriched", "row.customer_id", "count()"),
          feature("spoiled", "dbo.Stock", "row.Ix", "count()"));

  private static TableSchema table(String schema, String name, Column... columns) {
    return new TableSchema(new TableName(schema, name), List.of(columns));
  }

  private static Column column(String name, int key) {
    return new Column(name, TypeKind.INT, 0, 0, 0, null, key == 0, key, false);
  }

  private static Column number(String name) {
    return new Column(name, TypeKind.BIGINT, 0, 0, 0, null, true, 0, false);
  }

  private static EventsConfig.Type type(String name) {
    Join join =
        new Join(
            new TableName("dbo", "Customers"),
            "customer_id",
            "customer_",
            List.of(),
            Duration.ZERO,
            Missing.EMIT,
            LateMaster.KEEP);
    return new EventsConfig.Type(
        name, Path.of("/" + name + ".json"), join, Rate.parse("10/s"), 1000);
  }

  private static FeatureConfig feature(String name, String from, String key, String value) {
    return new FeatureConfig(
        name,
        TableName.parse(from),
        List.of(key),
        null,
        null,
        null,
        new Window.Fixed(Duration.ofMinutes(1)),
        Duration.ZERO,
        List.of(Value.of(value.startsWith("count") ? "visits" : "total", value)),
        Set.of(Target.WAREHOUSE),
        Duration.ZERO,
        Duration.ZERO);
  }

  private static KnownTables known(@Nullable List<TableSchema> source) {
    return KnownTables.of(EVENTS, EVENT_SCHEMAS, FEATURES, source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "dbo.Stock | row.StockCount == 1 | -",
        "dbo.stock | row.stockcount == 1 | -",
        "events.page_view | row.customer_id == 1 | -",
        "events.page_view_enriched | row.customer_Rank == 1 | -",
        "events.page_view* | row.customer_id == 1 | -",
        "events.search | row.its_schema_cannot_be_read == 1 | -",
        "features.visits | row.is_final && row.visits > 3 && row.customer_id == 1 | -",
        "features.visits_by_shelf | before.total < row.total | -",
        "features.spoiled | row.its_columns_are_not_known == 1 | -",
        "dbo.* | type == 'D' | -",
        "*.Stock | type == 'D' | -",
        "dbo.Stok | true | no tracked table matches `dbo.Stok`; the nearest is `dbo.Stock`",
        "events.page_vew | true | no type of events, feature or tracked table matches `events.page_vew`; the nearest is `events.page_view`",
        "Features.visit | true | no type of events, feature or tracked table matches `Features.visit`; the nearest is `features.visits`",
        "dbo.Stock | row.Cont == 1 | rule r does not fit dbo.Stock: line 1, column 5: dbo.Stock has no column 'Cont'; the nearest is 'StockCount'",
        "dbo.S* | row.StockCount == 1 | rule r does not fit dbo.Shelves: line 1, column 5: dbo.Shelves has no column 'StockCount'; the nearest is 'ShelvesCount'",
        "events.page_view | row.custmer_id == 1 | rule r does not fit events.page_view: line 1, column 5: events.page_view has no column 'custmer_id'; the nearest is 'customer_id'",
        "events.page_view_enriched | row.customer_rang == 1 | rule r does not fit events.page_view_enriched: line 1, column 5: events.page_view_enriched has no column 'customer_rang'; the nearest is 'customer_Rank'",
        "features.visits | row.visit == 1 | rule r does not fit features.visits: line 1, column 5: features.visits has no column 'visit'; the nearest is 'visits'",
      })
  void aRuleFitsEveryTableThatItIsAbout(String from, String when, @Nullable String finding) {
    assertThat(UsesCheck.ofRules(List.of(rule(from, when)), known(SOURCE)))
        .extracting(Finding::what)
        .isEqualTo(finding == null ? List.of() : List.of(finding));
  }

  private static RuleConfig rule(String from, String when) {
    return new RuleConfig(
        "r",
        List.of(new TablePattern(from)),
        when,
        null,
        List.of(),
        Duration.ofHours(1),
        List.of(new RuleConfig.Log()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "events.page_view | row.customer_id | max(row.event_id) | -",
        "events.page_view_enriched | row.customer_Rank | sum(row.customer_id) | -",
        "features.visits | row.customer_id | max(row.window_end) | -",
        "events.search | row.its_schema_cannot_be_read | count() | -",
        "events.page_view | row.custmer_id | count() | key: line 1, column 5: events.page_view has no column 'custmer_id'; the nearest is 'customer_id'",
        "features.visits | row.customer_id | sum(row.vsits) | values.total: line 1, column 9: features.visits has no column 'vsits'; the nearest is 'visits'",
        "events.pageview | row.a | count() | no type of events, feature or tracked table is called `events.pageview`; the nearest is `events.page_view`",
        "features.vists | row.a | count() | no type of events, feature or tracked table is called `features.vists`; the nearest is `features.visits`",
        "dbo.Stocks | row.a | count() | no tracked table is called `dbo.Stocks`; the nearest is `dbo.Stock`",
      })
  void aFeatureFitsWhatItIsComputedFrom(
      String from, String key, String value, @Nullable String finding) {
    FeatureConfig asked = feature("asked", from, key, value);
    List<FeatureConfig> features = List.of(asked, FEATURES.get(1));

    assertThat(
            UsesCheck.ofFeatures(features, KnownTables.of(EVENTS, EVENT_SCHEMAS, features, SOURCE)))
        .extracting(Finding::what)
        .isEqualTo(finding == null ? List.of() : List.of(finding));
  }

  @Test
  void withoutTheSourceOnlyWhatNeedsNoQuestionToItIsTold() {
    List<FeatureConfig> features =
        List.of(
            feature("a", "dbo.Anything", "row.x", "count()"),
            feature("b", "events.page_view", "row.x", "count()"),
            feature("c", "events.perhaps_at_the_source", "row.x", "count()"));
    KnownTables tables = KnownTables.of(EVENTS, EVENT_SCHEMAS, features, null);

    assertThat(UsesCheck.ofFeatures(features, tables))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.toString())
                    .contains("features.b", "line 1, column 5", "events.page_view"));
    assertThat(UsesCheck.ofRules(List.of(rule("dbo.Anything", "row.x == 1")), tables)).isEmpty();
  }

  @Test
  void tablesOfOneNameAreRefusedWithWhatToDo() {
    List<TableName> source =
        List.of(
            TableName.parse("dbo.Stock"),
            TableName.parse("dbo.stock_Changes"),
            TableName.parse("events.Page_View_Enriched"),
            TableName.parse("events.other"),
            TableName.parse("features.visits"));

    assertThat(TableNames.collisions(EVENTS, FEATURES, source, true))
        .extracting(Finding::toString)
        .containsExactly(
            """
            events.page_view_enriched: `events.page_view.join` makes a table events.page_view_enriched, and a tracked table is called so too.
                Rename `events.page_view.join`, or leave the table out: `tables: {exclude: ["events.Page_View_Enriched"]}`."""
                .formatted(),
            """
            features.visits: `features.visits` makes a table features.visits, and a tracked table is called so too.
                Rename `features.visits`, or leave the table out: `tables: {exclude: ["features.visits"]}`."""
                .formatted(),
            """
            dbo.Stock_changes: a warehouse makes a table dbo.Stock_changes, and a tracked table is called so too.
                Leave the table out: `tables: {exclude: ["dbo.Stock"]}`, or leave the table out: `tables: {exclude: ["dbo.stock_Changes"]}`."""
                .formatted());
    assertThat(TableNames.collisions(EVENTS, FEATURES, source.subList(0, 2), false)).isEmpty();
    assertThat(
            TableNames.collisions(
                EventsConfig.NONE,
                List.of(
                    feature("a", "dbo.Stock", "row.ProductID", "count()"),
                    feature("A_changes", "dbo.Stock", "row.ProductID", "count()")),
                List.of(),
                true))
        .extracting(Finding::cure)
        .containsExactly("Rename `features.a`, or rename `features.A_changes`.");
  }
}
