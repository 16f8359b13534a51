package dev.renkei.steps.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableMessagesTest {
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final TableSchema SALES =
      new TableSchema(
          new TableName("features", "sales"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Sold", TypeKind.BIGINT, 0, 0, 0, null, true, 0, false)));

  private static final MemorySchemas STORE = new MemorySchemas();

  private final MadeTable sales = new MadeTable("shop", SALES);

  @BeforeEach
  void empty() {
    STORE.records.clear();
    STORE.finds = 0;
    STORE.reachable = true;
  }

  @Test
  void aRowIsReadAsItWasWritten() throws Exception {
    TableMessages messages = messages();
    Change sold = sold(2, 40);

    FlowMessage message = messages.write(sold, SALES);

    assertThat(messages.read(TableMessages.attributes(message), message)).isEqualTo(sold);
    assertThat(message.routingKey())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("shop/features.sales/[\"7\"]");
  }

  @Test
  void aDeleteHasItsKeyAlone() throws Exception {
    TableMessages messages = messages();
    Change gone = sales.delete(new Sequence(1, 9, 0), List.of(7), NOON, null);

    FlowMessage message = messages.write(gone, SALES);

    assertThat(messages.read(TableMessages.attributes(message), message)).isEqualTo(gone);
    assertThat(gone.key().folded()).isEqualTo("[\"7\"]");
  }

  @Test
  void aSchemaOfItsOwnIsStoredOnceBeforeTheFirstMessage() {
    TableMessages messages = messages();

    messages.write(sold(2, 40), SALES);
    messages.write(sold(4, 41), SALES);

    assertThat(STORE.records)
        .containsExactly(
            new SchemaStore.SchemaRecord("shop", sales.schemaId(), SALES, new Sequence(1, 2, 0)));
  }

  @Test
  void aSchemaIsLookedUpOnceAndEachCopyLooksForItself() throws Exception {
    FlowMessage message = messages().write(sold(2, 40), SALES);
    MessageAttributes attributes = TableMessages.attributes(message);
    TableMessages reading = messages();
    TableMessages elsewhere = copied(reading);

    for (int i = 0; i < 3; i++) {
      reading.read(attributes, message);
      elsewhere.read(attributes, message);
    }

    assertThat(STORE.finds).isEqualTo(2);
  }

  @Test
  void anUnknownSchemaIsToldAndAskedForAgain() throws Exception {
    FlowMessage message = messages().write(sold(2, 40), SALES);
    MessageAttributes attributes = TableMessages.attributes(message);
    List<SchemaStore.SchemaRecord> stored = List.copyOf(STORE.records);
    STORE.records.clear();
    TableMessages messages = messages();

    assertThatThrownBy(() -> messages.read(attributes, message))
        .isInstanceOf(MessageException.class)
        .hasMessage(
            "features.sales: schema %s is not in the schema store. Load the table again with `renkei reload features.sales`."
                .formatted(sales.schemaId()));
    STORE.records.addAll(stored);
    assertThat(messages.read(attributes, message)).isEqualTo(sold(2, 40));
  }

  @Test
  void aStoreThatIsAwayIsNoFaultOfTheMessage() {
    STORE.reachable = false;

    assertThatThrownBy(() -> messages().write(sold(2, 40), SALES))
        .isInstanceOf(SchemasUnreachableException.class)
        .hasMessage("away");
  }

  private Change sold(long version, long count) {
    return sales.row(
        ChangeType.UPDATE, new Sequence(1, version, 0), new Object[] {7, count}, NOON, NOON);
  }

  private static TableMessages messages() {
    return new TableMessages("shop", () -> OpenSchemas.of(STORE, () -> {}));
  }

  private static TableMessages copied(TableMessages messages) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(messages);
    return (TableMessages)
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }

  private static final class MemorySchemas implements SchemaStore {
    private final List<SchemaRecord> records = new ArrayList<>();
    private int finds;
    private boolean reachable = true;

    @Override
    public void put(SchemaRecord schema) throws HubException {
      if (!reachable) {
        throw new HubException("away");
      }
      records.add(schema);
    }

    @Override
    public Optional<SchemaRecord> find(String schemaId) {
      finds++;
      return records.stream().filter(s -> s.schemaId().equals(schemaId)).findFirst();
    }

    @Override
    public Collection<SchemaRecord> of(String source, TableName table) {
      return records;
    }
  }
}
