package dev.renkei.steps.contract.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lines of orders, and features of them. */
public final class Lines {
  public static final String SOURCE = "shop";
  public static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Lines"),
          List.of(
              new Column("LineID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Product", TypeKind.INT, 0, 0, 0, null, true, 0, false),
              new Column("Name", TypeKind.NVARCHAR, 40, 0, 0, null, true, 0, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false),
              new Column("Price", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false),
              new Column("Weight", TypeKind.FLOAT, 0, 0, 0, null, true, 0, false),
              new Column("At", TypeKind.DATETIMEOFFSET, 0, 0, 7, null, true, 0, false)));
  public static final String SCHEMA_ID = SchemaCodec.id(SCHEMA);
  private static final KeyFolding KEYS = KeyFolding.of(SCHEMA);

  private Lines() {}

  /** A line as it is at some time; times in whole milliseconds. */
  public record Line(
      int id,
      @Nullable Integer product,
      @Nullable String name,
      @Nullable Integer quantity,
      @Nullable BigDecimal price,
      @Nullable Double weight,
      @Nullable Instant at) {
    public Row row() {
      return new Row(
          SCHEMA,
          new @Nullable Object[] {
            id,
            product,
            name,
            quantity,
            price,
            weight,
            at == null ? null : at.atOffset(ZoneOffset.UTC)
          });
    }
  }

  /** What happened to a line; null for a delete. */
  public record Event(int id, long version, Instant committed, @Nullable Line line) {
    public Change change() {
      Line now = line;
      return new Change(
          SOURCE,
          SCHEMA.table(),
          now == null ? ChangeType.DELETE : ChangeType.UPDATE,
          new Sequence(1, version, 0),
          SCHEMA_ID,
          KEYS.fold(List.of(id)),
          List.of(id),
          now == null ? null : now.row(),
          null,
          committed,
          new Change.Poll(committed, committed, Duration.ZERO));
    }
  }

  /** A feature with every function. */
  public static FeatureConfig feature(String name, Window window, Duration lateness) {
    return new FeatureConfig(
        name,
        SCHEMA.table(),
        List.of("row.Product"),
        "row.Quantity == null || row.Quantity >= 0",
        "row.At",
        null,
        window,
        lateness,
        List.of(
            Value.of("orders", "count()"),
            Value.of("priced", "count(row.Price)"),
            Value.of("quantity", "sum(row.Quantity)"),
            Value.of("amount", "sum(row.Price * row.Quantity)"),
            Value.of("weight", "sum(row.Weight)"),
            Value.of("average", "avg(row.Price)"),
            Value.of("cheapest", "min(row.Price)"),
            Value.of("most", "max(row.Quantity)"),
            Value.of("newest", "last(row.Name)"),
            Value.of("names", "distinct(row.Name)")),
        Set.of(Target.WAREHOUSE, Target.TOPIC),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
  }
}
