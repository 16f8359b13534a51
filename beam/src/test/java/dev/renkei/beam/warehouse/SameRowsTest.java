package dev.renkei.beam.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.BigQueryWarehouse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The same changes by the loader and by the pipeline are the same rows, whatever the type. */
class SameRowsTest {
  private static final TableName EVERY = new TableName("dbo", "Every");

  @Test
  void valuesOfEveryTypeAreTheSameWhoeverWritesThem() throws Exception {
    List<Column> columns = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    columns.add(new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false));
    values.add(1);
    for (TypeKind kind : TypeKind.values()) {
      boolean decimal = kind == TypeKind.DECIMAL;
      columns.add(
          new Column(
              "c_" + kind, kind, 0, decimal ? 38 : 0, decimal ? 10 : 0, null, true, 0, false));
      values.add(value(kind));
    }
    TableSchema schema = new TableSchema(EVERY, columns);
    @Nullable Object[] nulls = new @Nullable Object[columns.size()];
    nulls[0] = 2;
    List<Change> changes =
        List.of(
            Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), values.toArray()),
            Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), nulls),
            Shop.change(schema, ChangeType.SNAPSHOT_ROW, new Sequence(1, 9, 1), values.toArray()),
            Shop.change(schema, ChangeType.DELETE, new Sequence(1, 10, 0), nulls));

    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      try (BigQueryWarehouse loader =
          BigQueryWarehouse.open(
              Shop.config(standIn, "loader"), BigQueryOptions.forRetention(Duration.ofDays(7)))) {
        loader.prepare(Shop.record(schema));
        loader.apply(changes, "hub/1", Map.of());
      }
      MemoryHub hub =
          MemoryHub.of(schema).holding(changes.stream().map(c -> Shop.message(schema, c)).toList());
      PipelineOptions options = PipelineOptionsFactory.create();
      options.setRunner(DirectRunner.class);
      Pipeline pipeline = Pipeline.create(options);
      WarehousePipeline.build(
          pipeline, WarehousePlan.of(hub, Shop.config(standIn, "pipeline"), Duration.ofDays(7)));
      pipeline.run().waitUntilFinish();

      assertThat(hub.letters()).isEmpty();
      for (String table : List.of("dbo_Every_log", "dbo_Every_upserts", "dbo_Every_changes")) {
        List<String> byLoader = rows(standIn, "loader", table);
        assertThat(byLoader).isNotEmpty();
        assertThat(rows(standIn, "pipeline", table)).as(table).isEqualTo(byLoader);
      }
    }
  }

  private static List<String> rows(BigQueryStandIn standIn, String dataset, String table) {
    return standIn
        .query("SELECT * FROM `%s`.%s.%s".formatted(Shop.PROJECT, dataset, table))
        .stream()
        .map(
            row -> {
              row.remove("_loaded_at");
              row.replaceAll(
                  (name, value) ->
                      value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : value);
              return row.toString();
            })
        .sorted()
        .toList();
  }

  private static Object value(TypeKind kind) {
    byte[] bytes = {0, -1, 97};
    return switch (kind) {
      case BIT -> true;
      case TINYINT, SMALLINT, INT -> 200;
      case BIGINT -> Long.MIN_VALUE;
      case DECIMAL -> new BigDecimal("-9999999999999999999999999999.9999999999");
      case MONEY -> new BigDecimal("-922337203685477.5808");
      case SMALLMONEY -> new BigDecimal("1.5000");
      case REAL -> 0.1f;
      case FLOAT -> Double.MAX_VALUE;
      case CHAR, VARCHAR, TEXT -> "é\n\t'\" ";
      case NCHAR, NVARCHAR, NTEXT -> "東京😀x\uD83D";
      case XML -> "<a b=\"1\"/>";
      case SQL_VARIANT -> "1.50";
      case UNIQUEIDENTIFIER -> "6F9619FF-8B86-D011-B42D-00C04FC964FF";
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> bytes;
      case DATE -> LocalDate.of(1, 1, 1);
      case TIME -> LocalTime.parse("23:59:59.9999999");
      case DATETIME, SMALLDATETIME -> LocalDateTime.parse("1753-01-01T00:00:00.003");
      case DATETIME2 -> LocalDateTime.parse("9999-12-31T23:59:59.9999999");
      case DATETIMEOFFSET -> OffsetDateTime.parse("2024-02-29T23:59:59.1234567+09:00");
    };
  }
}
