package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleColumn;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.Type;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLOptions.LanguageFeature;
import com.google.zetasql.ZetaSQLOptions.NameResolutionMode;
import com.google.zetasql.ZetaSQLOptions.ProductMode;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedColumnDefinition;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateTableStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateViewStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOutputColumn;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedStatement;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.warehouse.bigquery.BigQueryPlan.Planned;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every statement is analysed by ZetaSQL, the analyser that BigQuery itself is made with. */
class GeneratedSqlTest {
  private static final WarehouseConfig.BigQuery CONFIG = Places.config("shop", null);

  private final SimpleCatalog catalog = new SimpleCatalog("root");
  private final AnalyzerOptions options = new AnalyzerOptions();
  private SimpleCatalog dataset;

  @BeforeEach
  void likeBigQuery() {
    LanguageOptions language = new LanguageOptions();
    language.enableMaximumLanguageFeatures();
    language.setProductMode(ProductMode.PRODUCT_EXTERNAL);
    language.setNameResolutionMode(NameResolutionMode.NAME_RESOLUTION_DEFAULT);
    language.setSupportsAllStatementKinds();
    language.enableReservableKeyword("QUALIFY");
    language.enableLanguageFeature(LanguageFeature.FEATURE_CREATE_TABLE_PARTITION_BY);
    language.enableLanguageFeature(LanguageFeature.FEATURE_CREATE_TABLE_CLUSTER_BY);
    options.setLanguageOptions(language);
    catalog.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(language));
    dataset = catalog.addNewSimpleCatalog(CONFIG.project()).addNewSimpleCatalog(CONFIG.dataset());
  }

  private static TableSchema everyType() {
    List<Column> columns = new ArrayList<>();
    columns.add(Shop.key("Id", TypeKind.INT));
    columns.add(Shop.plain("数量 ]x'`\\", TypeKind.INT));
    columns.add(Shop.plain("select", TypeKind.INT));
    for (TypeKind kind : TypeKind.values()) {
      columns.add(Shop.plain("c_" + kind, kind));
    }
    return new TableSchema(new TableName("営業 部", "Order \"Details\""), columns);
  }

  private static TableSchema everyTypeAsText() {
    List<Column> columns = new ArrayList<>();
    columns.add(Shop.key("Id", TypeKind.NVARCHAR));
    for (TypeKind kind : TypeKind.values()) {
      columns.add(Shop.plain("c_" + kind, TypeKind.NVARCHAR));
    }
    return new TableSchema(everyType().table(), columns);
  }

  /** What it makes can be read by the statements after it. */
  private void make(Planned planned) {
    ResolvedStatement statement = analyzed(planned.ddl());
    String name = planned.name().substring(planned.name().lastIndexOf('.') + 1);
    SimpleTable table = new SimpleTable(name);
    if (statement instanceof ResolvedCreateTableStmt made) {
      for (ResolvedColumnDefinition column : made.getColumnDefinitionList()) {
        table.addSimpleColumn(column(name, column.getName(), column.getType()));
      }
      dataset.addSimpleTable(table);
    } else if (statement instanceof ResolvedCreateViewStmt made) {
      for (ResolvedOutputColumn column : made.getOutputColumnList()) {
        table.addSimpleColumn(column(name, column.getName(), column.getColumn().getType()));
      }
      dataset.addSimpleTable(table);
    }
  }

  private static SimpleColumn column(String table, String name, Type type) {
    return new SimpleColumn(table, name, type);
  }

  private ResolvedStatement analyzed(String sql) {
    try {
      return Analyzer.analyzeStatement(sql, options, catalog);
    } catch (RuntimeException e) {
      throw new AssertionError(sql, e);
    }
  }

  @Test
  void whatTheWarehouseMakesIsUnderstood() {
    BigQueryPlan plan =
        BigQueryPlan.of(
            CONFIG,
            List.of(
                Shop.record(Shop.SCHEMA),
                Shop.record(everyType()),
                Shop.record(everyTypeAsText())));

    assertThat(plan.refusals()).isEmpty();
    assertThat(plan.objects()).hasSize(4 + 2 * 6);
    plan.objects().forEach(this::make);
  }

  @Test
  void whatTheWarehouseAsksIsUnderstood() {
    BigQueryPlan plan =
        BigQueryPlan.of(CONFIG, List.of(Shop.record(everyType()), Shop.record(everyTypeAsText())));
    plan.objects().forEach(this::make);
    TableName name = everyType().table();
    StoredTable table =
        new StoredTable("shop", name, Names.table(CONFIG, name), List.of())
            .widenedTo(everyType())
            .widenedTo(everyTypeAsText());
    TableSql sql = new TableSql(CONFIG, table);
    KeyRange range =
        new KeyRange(
            List.of(
                new KeyRange.Bound(0, KeyRange.Operator.AT_LEAST, true, 2, "10.5"),
                new KeyRange.Bound(1, KeyRange.Operator.LESS, false, 0, "It's \\ \"連\"")));

    for (String query :
        List.of(
            OwnTables.selectPositions(CONFIG, "renkei/'1"),
            OwnTables.selectStreams(CONFIG),
            OwnTables.selectTables(CONFIG),
            OwnTables.selectSpools(CONFIG),
            BigQueryPlan.latency(CONFIG, name),
            BigQueryPlan.reconciliation(CONFIG, name),
            sql.forgotten(Shop.NOON),
            sql.lookUp(List.of("[\"1\"]", "[\"It's\\n\"]"), table.fields(), Shop.NOON),
            sql.swept(new Sequence(4095, 1, 1), null, table.fields(), Shop.NOON),
            sql.swept(new Sequence(1, 1, 1), range, List.of(), Shop.NOON))) {
      assertThat(analyzed(query)).isInstanceOf(ResolvedQueryStmt.class);
    }
  }

  @Test
  void aStatementThatIsWrongIsNotUnderstood() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> analyzed("SELECT nothing FROM `shop-data`.`shop`.`nowhere`"))
        .isInstanceOf(AssertionError.class);
  }
}
