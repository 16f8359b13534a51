package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SourceCheck.Finding;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleCheckTest {
  private static final List<TableSchema> TABLES =
      List.of(table("dbo", "Stock"), table("dbo", "Shelves"), table("events", "page_view"));

  private static TableSchema table(String schema, String name) {
    return new TableSchema(
        new TableName(schema, name),
        List.of(new Column(name + "Count", TypeKind.INT, 0, 0, 0, null, true, 0, false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "dbo.Stock | row.StockCount == 1 | -",
        "dbo.stock | row.stockcount == 1 | -",
        "events.page_view | row.page_viewCount == 1 | -",
        "features.sales | row.Anything == 1 | -",
        "dbo.* | type == 'D' | -",
        "dbo.Stok | true | no table that is tracked matches `dbo.Stok`",
        "dbo.Stock | row.Cont == 1 | rule r does not fit dbo.Stock: line 1, column 5: dbo.Stock has no column 'Cont'; the nearest is 'StockCount'",
        "dbo.S* | row.StockCount == 1 | rule r does not fit dbo.Shelves: line 1, column 5: dbo.Shelves has no column 'StockCount'; the nearest is 'ShelvesCount'",
        "events.page_view | row.Cont == 1 | rule r does not fit events.page_view: line 1, column 5: events.page_view has no column 'Cont'; the nearest is 'page_viewCount'",
      })
  void aRuleFitsEveryTableThatItIsAbout(String from, String when, @Nullable String finding) {
    RuleConfig rule =
        new RuleConfig(
            "r",
            List.of(new TablePattern(from)),
            when,
            null,
            List.of(),
            Duration.ofHours(1),
            List.of(new RuleConfig.Log()));

    assertThat(RuleCheck.findings(List.of(rule), TABLES))
        .extracting(Finding::what)
        .isEqualTo(finding == null ? List.of() : List.of(finding));
  }
}
