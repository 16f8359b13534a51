package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuckDbPlanTest {
  @Test
  void saysTheStatementsThatMakeWhatUsersSee() throws Exception {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Orders"),
            List.of(
                new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false),
                new Column("Amount", TypeKind.DECIMAL, 0, 12, 2, null, true, 0, false)));

    List<String> statements =
        DuckDbPlan.statements(
            List.of(new SchemaRecord("shop", SchemaCodec.id(schema), schema, Sequence.ZERO)));

    assertThat(statements).hasSize(3);
    assertThat(statements.get(0))
        .startsWith("CREATE TABLE dbo.Orders_changes(")
        .contains("Amount DECIMAL(12,2)");
    assertThat(statements.get(1)).startsWith("CREATE VIEW dbo.Orders AS");
    assertThat(statements.get(2)).startsWith("CREATE MACRO dbo.Orders_as_of(_at) AS TABLE");
  }
}
