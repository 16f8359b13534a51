package dev.renkei.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.Samples;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaCodecTest {
  private static final TableSchema EVERY = Samples.everyKind();

  @Test
  void readsWhatItWrote() throws MessageException {
    SchemaRecord record =
        new SchemaRecord("shop", SchemaCodec.id(EVERY), EVERY, new Sequence(2, 99, 1));

    assertThat(SchemaCodec.read(SchemaCodec.write(record))).isEqualTo(record);
  }

  @Test
  void theIdIsPinned() {
    TableSchema stock =
        new TableSchema(
            new TableName("dbo", "Stock"),
            List.of(
                new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false),
                new Column("名", TypeKind.NVARCHAR, 50, 0, 0, "Japanese_CI_AS", true, 0, false)));

    assertThat(SchemaCodec.id(stock)).isEqualTo("dedf0dc957c3c1e4e905f914f7971f43");
  }

  @Test
  void whateverDiffersInASchemaDiffersInItsId() {
    Column column = new Column("c", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false);
    List<TableSchema> different = new ArrayList<>();
    for (Column c :
        List.of(
            column,
            new Column("d", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false),
            new Column("c", TypeKind.MONEY, 0, 0, 2, null, true, 0, false),
            new Column("c", TypeKind.DECIMAL, 1, 10, 2, null, true, 0, false),
            new Column("c", TypeKind.DECIMAL, 0, 11, 2, null, true, 0, false),
            new Column("c", TypeKind.DECIMAL, 0, 10, 3, null, true, 0, false),
            new Column("c", TypeKind.DECIMAL, 0, 10, 2, "x", true, 0, false),
            new Column("c", TypeKind.DECIMAL, 0, 10, 2, null, false, 0, false),
            new Column("c", TypeKind.DECIMAL, 0, 10, 2, null, true, 1, false),
            new Column("c", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, true))) {
      different.add(new TableSchema(new TableName("dbo", "T"), List.of(c)));
    }
    different.add(new TableSchema(new TableName("dbo", "U"), List.of(column)));

    Set<String> ids = new HashSet<>();
    different.forEach(schema -> ids.add(SchemaCodec.id(schema)));

    assertThat(ids).hasSameSizeAs(different).allMatch(id -> id.matches("[0-9a-f]{32}"));
  }

  @Test
  void theOrderOfColumnsIsPartOfASchema() {
    List<Column> turned = new ArrayList<>(EVERY.columns());
    Collections.reverse(turned);

    assertThat(SchemaCodec.id(new TableSchema(EVERY.table(), turned)))
        .isNotEqualTo(SchemaCodec.id(EVERY));
  }

  @Test
  void aSchemaUnderAnotherIdIsRefused() {
    byte[] json = SchemaCodec.write(new SchemaRecord("shop", "0".repeat(32), EVERY, Sequence.ZERO));

    assertThatThrownBy(() -> SchemaCodec.read(json))
        .isInstanceOf(MessageException.class)
        .hasMessageStartingWith("dbo.Every: the schema store holds a schema under an id");
  }

  @Test
  void whatIsNoSchemaIsRefused() {
    byte[] json =
        SchemaCodec.write(new SchemaRecord("shop", SchemaCodec.id(EVERY), EVERY, Sequence.ZERO));
    for (int length = 0; length < json.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(json, length);
      assertThatThrownBy(() -> SchemaCodec.read(cut)).isInstanceOf(MessageException.class);
    }
    byte[] other = "{\"source\":1}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SchemaCodec.read(other))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("no schema");
  }
}
