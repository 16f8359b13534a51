package dev.renkei.steps.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.ColumnPattern;
import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.config.PrivacyConfig.Rule;
import dev.renkei.core.config.PrivacyConfig.Undecided;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.message.MessageIds.SnapshotRowId;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaskStepTest {
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final Origin PLACE = new Origin("renkei.hub", 3, 17, NOON);
  private static final TableName CUSTOMERS = new TableName("dbo", "Customers");
  private static final MaskKeys KEYS = MaskKeys.create();
  private static final Crypto CRYPTO = new Crypto(KEYS);
  private static final MaskMethod HASH = new MaskMethod.Hash(true);

  private static final TableSchema SCHEMA =
      new TableSchema(
          CUSTOMERS,
          List.of(
              column("Login", TypeKind.NVARCHAR, 1),
              column("Shop", TypeKind.INT, 2),
              column("Email", TypeKind.NVARCHAR, 0),
              column("Phone", TypeKind.NVARCHAR, 0),
              column("Born", TypeKind.DATE, 0),
              column("Memo", TypeKind.NVARCHAR, 0),
              column("Card", TypeKind.NVARCHAR, 0),
              column("Photo", TypeKind.VARBINARY, 0),
              column("Prefecture", TypeKind.NVARCHAR, 0),
              column("Nickname", TypeKind.NVARCHAR, 0)));

  private static final Policy POLICY =
      new Policy(
          Undecided.MASK,
          List.of(
              rule("**.Email*", HASH),
              rule("dbo.Customers.Shop", new MaskMethod.Pass()),
              rule("dbo.Customers.Phone", new MaskMethod.Partial(0, 4)),
              rule("dbo.Customers.Born", new MaskMethod.Truncate(MaskMethod.Truncate.Unit.YEAR)),
              rule("dbo.Customers.Memo", new MaskMethod.Null()),
              rule("dbo.Customers.Card", new MaskMethod.Tokenize()),
              rule("dbo.Customers.Photo", new MaskMethod.Drop()),
              rule("dbo.Customers.Prefecture", new MaskMethod.Pass())));

  private final MemorySchemas clearSchemas = new MemorySchemas();
  private final MemorySchemas maskedSchemas = new MemorySchemas();
  private final TableMessages clear = new TableMessages("shop", SchemaAccess.here(clearSchemas));
  private final TableMessages masked = new TableMessages("shop", SchemaAccess.here(maskedSchemas));

  private static final @Nullable Object[] TARO = {
    "Planted-Login",
    12,
    "planted.email@example.jp",
    "090-1111-2222",
    LocalDate.of(1984, 11, 22),
    "planted memo",
    "4111111111111111",
    new byte[] {1, 2, 3},
    "東京都",
    "planted nick"
  };

  @Test
  void eachColumnIsMaskedByItsMethod() throws Exception {
    FlowMessage shown = shown(clear.write(change(ChangeType.UPDATE, SCHEMA, TARO, null), SCHEMA));

    Change change = masked.read(TableMessages.attributes(shown), shown);
    Row row = Objects.requireNonNull(change.row());
    assertThat(row.schema().columns())
        .extracting(c -> c.name() + " " + c.sqlType())
        .containsExactly(
            "Login nvarchar(64)",
            "Shop int",
            "Email nvarchar(64)",
            "Phone nvarchar(50)",
            "Born date",
            "Memo nvarchar(50)",
            "Card nvarchar(max)",
            "Prefecture nvarchar(50)",
            "Nickname nvarchar(50)");
    assertThat(values(row))
        .containsExactly(
            CRYPTO.hash("planted-login"),
            12,
            CRYPTO.hash("planted.email@example.jp"),
            "*********2222",
            LocalDate.of(1984, 1, 1),
            null,
            CRYPTO.token("4111111111111111"),
            "東京都",
            null);
    assertThat(change.keyValues()).containsExactly(CRYPTO.hash("planted-login"), 12);
    assertThat(change.changedColumns())
        .as("without those that are dropped")
        .containsExactly("Email", "Nickname");
    assertThat(change.sequence()).isEqualTo(new Sequence(1, 7, 0));
    assertThat(change.commitTime()).isEqualTo(NOON);
  }

  @Test
  void nothingOfTheFormerMessageIsLeft() throws Exception {
    FlowMessage message = clear.write(change(ChangeType.UPDATE, SCHEMA, TARO, null), SCHEMA);
    FlowMessage shown = shown(message);

    String everything =
        shown.attributes()
            + new String(shown.payload(), StandardCharsets.UTF_8)
            + new String(Objects.requireNonNull(shown.routingKey()), StandardCharsets.UTF_8)
            + new String(SchemaCodec.write(maskedSchemas.records.get(0)), StandardCharsets.UTF_8);
    assertThat(everything.toLowerCase(java.util.Locale.ROOT))
        .doesNotContain("planted", "090-1111", "11-22", "4111111111111111", "AQID".toLowerCase());
    assertThat(shown.attributes().get(MessageAttributes.CONTENT_HASH))
        .isNotEqualTo(message.attributes().get(MessageAttributes.CONTENT_HASH));
    assertThat(shown.attributes().get(MessageAttributes.UNIQUE_ID))
        .isEqualTo("shop/dbo.Customers/1/7/#" + CRYPTO.id(idOf(message)));
    assertThat(shown.origin()).as("so that it keeps its partition").isEqualTo(PLACE);
  }

  @Test
  void aDeleteMeetsItsRow() throws Exception {
    FlowMessage row = shown(clear.write(change(ChangeType.INSERT, SCHEMA, TARO, null), SCHEMA));
    FlowMessage gone = shown(clear.write(delete(), SCHEMA));

    assertThat(gone.routingKey()).isEqualTo(row.routingKey());
    assertThat(masked.read(TableMessages.attributes(gone), gone).row()).isNull();
  }

  @Test
  void theRowOfASnapshotStillTellsItsChunk() throws Exception {
    FlowMessage shown =
        shown(clear.write(change(ChangeType.SNAPSHOT_ROW, SCHEMA, TARO, new Chunk(4, 2)), SCHEMA));

    assertThat(SnapshotRowId.of(idOf(shown)))
        .contains(new SnapshotRowId("shop/dbo.Customers", new Sequence(1, 7, 5), new Chunk(4, 2)));
  }

  @Test
  void theHashOfARowWithoutAKeyIsHashedByTheKey() throws Exception {
    TableSchema keyless =
        new TableSchema(
            new TableName("dbo", "Sizes"), List.of(column("Size", TypeKind.NVARCHAR, 0)));
    String rowHash = "ab".repeat(32);
    Row row = new Row(keyless, new Object[] {"XL"});
    Change change =
        new Change(
            "shop",
            keyless.table(),
            ChangeType.SNAPSHOT_ROW,
            new Sequence(1, 7, 5),
            SchemaCodec.id(keyless),
            KeyFolding.of(keyless).fold(List.of(rowHash, 1L)),
            List.of(rowHash, 1L),
            row,
            null,
            null,
            new Change.Poll(NOON, NOON, Duration.ZERO));

    FlowMessage shown = shown(clear.write(change, keyless));

    assertThat(masked.read(TableMessages.attributes(shown), shown).keyValues())
        .containsExactly(CRYPTO.hash(rowHash), 1L);
  }

  @Test
  void aClosingKeepsItsPartition() throws Exception {
    FlowMessage closing = TableMessages.message(closed(null).encode(2)).from(PLACE);

    FlowMessage shown = shown(closing);

    assertThat(shown.attributes()).isEqualTo(closing.attributes());
    assertThat(shown.payload()).isEqualTo(closing.payload());
    assertThat(shown.routingKey()).isNull();
  }

  @Test
  void theBoundsOfAPartGoWhereKeysAreMasked() throws Exception {
    KeyRange range =
        new KeyRange(
            List.of(new KeyRange.Bound(0, KeyRange.Operator.AT_LEAST, false, 0, "planted-login")));
    clear.store(SchemaCodec.id(SCHEMA), SCHEMA, Sequence.ZERO);
    FlowMessage closing =
        TableMessages.message(closed(new SnapshotClosed.Part(range)).encode(2)).from(PLACE);

    FlowMessage hidden = shown(closing);
    FlowMessage passed =
        only(
            new MaskStep(
                    "shop",
                    new Policy(Undecided.PASS, List.of()),
                    KEYS,
                    SchemaAccess.here(clearSchemas),
                    SchemaAccess.here(maskedSchemas))
                .apply(closing));

    assertThat(new String(hidden.payload(), StandardCharsets.UTF_8)).doesNotContain("planted");
    SnapshotClosed read =
        (SnapshotClosed)
            ControlMessage.decode(TableMessages.attributes(hidden), hidden.payload()).message();
    assertThat(Objects.requireNonNull(read.part()).range()).as("nothing is swept").isNull();
    assertThat(passed.payload()).isEqualTo(closing.payload());
  }

  @Test
  void whatCannotBeReadIsToldByItsPlaceAlone() {
    FlowMessage message = clear.write(change(ChangeType.UPDATE, SCHEMA, TARO, null), SCHEMA);
    List<FlowMessage> unreadable = new ArrayList<>();
    Map<String, String> attributes = new HashMap<>(message.attributes());
    attributes.put(MessageAttributes.VERSION, "planted");
    attributes.put(MessageAttributes.TABLE_NAME, "planted.table");
    unreadable.add(new FlowMessage(attributes, message.routingKey(), message.payload(), PLACE));
    Map<String, String> unknown = new HashMap<>(message.attributes());
    unknown.put(MessageAttributes.SCHEMA_ID, "planted");
    unreadable.add(new FlowMessage(unknown, message.routingKey(), message.payload(), PLACE));
    for (String payload : List.of("planted", "{\"planted\":", "{\"row\":{\"planted\":1}}")) {
      unreadable.add(
          new FlowMessage(
              message.attributes(),
              message.routingKey(),
              payload.getBytes(StandardCharsets.UTF_8),
              PLACE));
    }
    Map<String, String> control = new HashMap<>(message.attributes());
    control.put(MessageAttributes.TYPE, "C");
    unreadable.add(new FlowMessage(control, null, message.payload(), PLACE));

    for (FlowMessage one : unreadable) {
      StepResult result = step().apply(one);
      assertThat(result).isInstanceOf(StepResult.SetAside.class);
      String reason = ((StepResult.SetAside) result).reason();
      assertThat(reason).doesNotContainIgnoringCase("planted");
      assertThat(one.placeOnly(reason).attributes()).isEmpty();
      assertThat(one.placeOnly(reason).payload()).isEmpty();
      assertThat(one.placeOnly(reason).offset()).isEqualTo(17);
    }
  }

  @Test
  void idsAreDifferentWhereverTheyWere() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int shop = 0; shop < 50; shop++) {
      @Nullable Object[] values = TARO.clone();
      values[1] = shop;
      FlowMessage shown =
          shown(clear.write(change(ChangeType.UPDATE, SCHEMA, values, null), SCHEMA));
      ids.add(idOf(shown));
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(MessageIds.keyOf(ids.get(0))).isEmpty();
  }

  private static String idOf(FlowMessage message) {
    return Objects.requireNonNull(message.attributes().get(MessageAttributes.UNIQUE_ID));
  }

  private MaskStep step() {
    return new MaskStep(
        "shop", POLICY, KEYS, SchemaAccess.here(clearSchemas), SchemaAccess.here(maskedSchemas));
  }

  private FlowMessage shown(FlowMessage message) {
    return only(step().apply(message.from(PLACE)));
  }

  private static FlowMessage only(StepResult result) {
    assertThat(result).isInstanceOf(StepResult.Outputs.class);
    return ((StepResult.Outputs) result).outputs().get(0).message();
  }

  private static SnapshotClosed closed(SnapshotClosed.@Nullable Part part) {
    return new SnapshotClosed(
        "shop", CUSTOMERS, 1, 5, 7, 4, List.of(new SnapshotClosed.Chunk(1, 10)), part);
  }

  private static Change change(
      ChangeType type, TableSchema schema, @Nullable Object[] values, @Nullable Chunk chunk) {
    Row row = new Row(schema, values);
    KeyFolding folding = KeyFolding.of(schema);
    return new Change(
        "shop",
        schema.table(),
        type,
        new Sequence(1, 7, chunk == null ? 0 : 5),
        SchemaCodec.id(schema),
        folding.fold(row),
        folding.keyValues(row),
        row,
        List.of("Email", "Photo", "Nickname"),
        NOON,
        new Change.Poll(NOON, NOON, Duration.ofSeconds(1)),
        chunk);
  }

  private static Change delete() {
    List<Object> key = List.of("PLANTED-login", 12);
    return new Change(
        "shop",
        CUSTOMERS,
        ChangeType.DELETE,
        new Sequence(1, 9, 0),
        SchemaCodec.id(SCHEMA),
        KeyFolding.of(SCHEMA).fold(key),
        Arrays.<@Nullable Object>asList(key.toArray()),
        null,
        null,
        null,
        new Change.Poll(NOON, NOON, Duration.ZERO));
  }

  private static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.schema().columns().size(); i++) {
      values.add(row.value(i));
    }
    return values;
  }

  private static Rule rule(String pattern, MaskMethod method) {
    return new Rule(new ColumnPattern(pattern), method);
  }

  private static Column column(String name, TypeKind kind, int keyOrdinal) {
    return new Column(
        name,
        kind,
        kind.isText() || kind == TypeKind.VARBINARY ? 50 : 0,
        0,
        0,
        kind.isText() ? "Japanese_CI_AS" : null,
        keyOrdinal == 0,
        keyOrdinal,
        false);
  }

  private static final class MemorySchemas implements SchemaStore {
    private final List<SchemaRecord> records = new ArrayList<>();

    @Override
    public void put(SchemaRecord schema) {
      records.add(schema);
    }

    @Override
    public Optional<SchemaRecord> find(String schemaId) {
      return records.stream().filter(s -> s.schemaId().equals(schemaId)).findFirst();
    }

    @Override
    public Collection<SchemaRecord> of(String source, TableName table) {
      return records.stream().filter(s -> s.schema().table().equals(table)).toList();
    }
  }
}
