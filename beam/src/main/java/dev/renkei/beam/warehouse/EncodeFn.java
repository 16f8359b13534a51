package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.OpenTables.Purpose;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.Addressed;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.warehouse.bigquery.ChangeEncoder;
import dev.renkei.warehouse.bigquery.ChangeEncoder.KnownRows;
import dev.renkei.warehouse.bigquery.EncodedChange;
import dev.renkei.warehouse.bigquery.PipelineTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages, and makes rows of them. A schema that was not met before is fetched, and its
 * table prepared, before the first row that uses it comes out; what is not reached is tried again
 * with the bundle.
 */
final class EncodeFn extends DoFn<FlowMessage, WarehouseRow> {
  static final TupleTag<WarehouseRow> ROWS = new TupleTag<>("rows");
  static final TupleTag<DeadLetter> LETTERS = new TupleTag<>("dead-letters");

  /** What settles snapshots: their closings, and rows that were set aside. */
  static final TupleTag<KV<String, SnapshotEvent>> EVENTS = new TupleTag<>("snapshots");

  private static final long serialVersionUID = 1;
  private static final long ALIVE_EVERY_NANOS = Duration.ofHours(1).toNanos();

  private final Counter rows = Metrics.counter(WarehousePipeline.FLOW, "rows");
  private final Counter deletes = Metrics.counter(WarehousePipeline.FLOW, "deletes");
  private final Counter outdated = Metrics.counter(WarehousePipeline.FLOW, "outdated");
  private final Counter deadLetters = Metrics.counter(WarehousePipeline.FLOW, "dead_letters");

  private final WarehousePlan plan;
  private transient @Nullable OpenTables open;
  private transient @Nullable OpenSchemas schemas;
  private transient @Nullable ChangeEncoder encoder;
  private transient @Nullable Map<String, SchemaRecord> known;
  private transient @Nullable Map<String, MessageCodec> codecs;
  private transient @Nullable Map<TableName, Long> alive;
  private transient @Nullable List<Asking> asking;

  /** A change whose row has to be asked for first, with the others of its bundle. */
  private record Asking(FlowMessage message, Change change, Instant at, BoundedWindow window) {}

  EncodeFn(WarehousePlan plan) {
    this.plan = plan;
  }

  @Setup
  public void open() throws WarehouseException, HubException, InterruptedException {
    open = OpenTables.of(plan, Purpose.ENCODE);
    schemas = plan.hub().openSchemas();
    encoder = tables().encoder();
    known = new HashMap<>();
    codecs = new HashMap<>();
    alive = new HashMap<>();
  }

  private PipelineTables tables() {
    return Objects.requireNonNull(open, "not set up").tables();
  }

  @StartBundle
  public void begin() throws WarehouseException {
    asking = new ArrayList<>();
    Objects.requireNonNull(open, "not set up").forgetWhatIsGone();
    tables().refreshAfter(plan.freshness());
  }

  @ProcessElement
  public void process(
      @Element FlowMessage message,
      @Timestamp Instant at,
      BoundedWindow window,
      MultiOutputReceiver to)
      throws WarehouseException, HubException, InterruptedException {
    tables().refreshAfter(plan.freshness());
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      if (attributes.type() == ChangeType.CONTROL) {
        control(ControlMessage.decode(attributes, message.payload()), to);
        return;
      }
      Change change = change(attributes, message.payload());
      tellAlive(change, to);
      if (Objects.requireNonNull(encoder).needsLookUp(change)) {
        Objects.requireNonNull(asking).add(new Asking(message, change, at, window));
        return;
      }
      Optional<EncodedChange> encoded = encode(change, KnownRows.NONE);
      if (encoded.isPresent()) {
        to.get(ROWS).output(new WarehouseRow(message, encoded.get()));
      }
      // A row that is outdated has arrived all the same.
      if (encoded.isEmpty()) {
        SnapshotEvent.rowOf(message).ifPresent(to.get(EVENTS)::output);
      }
    } catch (MessageException | ChangeRefusedException e) {
      deadLetters.inc();
      to.get(LETTERS).output(message.deadLetter(String.valueOf(e.getMessage())));
      SnapshotEvent.rowOf(message).ifPresent(to.get(EVENTS)::output);
    }
  }

  private static void control(Addressed addressed, MultiOutputReceiver to) {
    if (addressed.message() instanceof SnapshotClosed closed) {
      to.get(EVENTS)
          .output(
              KV.of(
                  MessageIds.ofTable(closed.source(), closed.table()),
                  new SnapshotEvent.Closed(closed, addressed.partition())));
    }
  }

  private void tellAlive(Change change, MultiOutputReceiver to) {
    long now = System.nanoTime();
    Map<TableName, Long> told = Objects.requireNonNull(alive);
    Long before = told.get(change.table());
    if (before == null || now - before >= ALIVE_EVERY_NANOS) {
      told.put(change.table(), now);
      to.get(EVENTS)
          .output(
              KV.of(
                  MessageIds.ofTable(change.source(), change.table()),
                  new SnapshotEvent.Alive(change.table())));
    }
  }

  private Change change(MessageAttributes attributes, byte[] payload)
      throws MessageException, WarehouseException, HubException, InterruptedException {
    SchemaRecord schema = Objects.requireNonNull(known).get(attributes.schemaId());
    if (schema == null || !tables().knows(attributes.schemaId())) {
      schema = prepared(attributes);
    }
    return Objects.requireNonNull(codecs)
        .computeIfAbsent(attributes.source(), MessageCodec::new)
        .decode(attributes, payload, schema.schema());
  }

  private SchemaRecord prepared(MessageAttributes attributes)
      throws MessageException, WarehouseException, HubException, InterruptedException {
    TableName table = attributes.table();
    Optional<SchemaRecord> found =
        Objects.requireNonNull(schemas).store().find(attributes.schemaId());
    if (found.isEmpty()) {
      throw new MessageException(
          "%s: schema %s is not in the schema store. Load the table again with `renkei reload %s`."
              .formatted(table, attributes.schemaId(), table));
    }
    SchemaRecord schema = found.get();
    if (!schema.schema().table().equals(table)) {
      throw new MessageException(
          "%s: its schema is that of %s. Look for another writer in the topic."
              .formatted(table, schema.schema().table()));
    }
    try {
      tables().prepare(schema);
    } catch (SchemaRefusedException e) {
      throw new MessageException(String.valueOf(e.getMessage()));
    }
    Objects.requireNonNull(known).put(schema.schemaId(), schema);
    return schema;
  }

  private Optional<EncodedChange> encode(Change change, KnownRows knownRows)
      throws ChangeRefusedException {
    Optional<EncodedChange> encoded = Objects.requireNonNull(encoder).encode(change, knownRows);
    if (encoded.isEmpty()) {
      outdated.inc();
    } else {
      rows.inc();
      if (change.type() == ChangeType.DELETE) {
        deletes.inc();
      }
    }
    return encoded;
  }

  @FinishBundle
  public void ask(FinishBundleContext context) throws WarehouseException {
    Map<TableName, List<Asking>> byTable =
        Objects.requireNonNull(asking).stream()
            .collect(
                Collectors.groupingBy(
                    a -> a.change().table(), LinkedHashMap::new, Collectors.toList()));
    for (List<Asking> some : byTable.values()) {
      KnownRows knownRows =
          Objects.requireNonNull(encoder).known(some.stream().map(Asking::change).toList());
      for (Asking one : some) {
        answer(one, knownRows, context);
      }
    }
    asking = null;
  }

  private void answer(Asking one, KnownRows knownRows, FinishBundleContext context) {
    try {
      Optional<EncodedChange> encoded = encode(one.change(), knownRows);
      if (encoded.isPresent()) {
        context.output(
            ROWS, new WarehouseRow(one.message(), encoded.get()), one.at(), one.window());
        return;
      }
    } catch (ChangeRefusedException e) {
      deadLetters.inc();
      context.output(
          LETTERS,
          one.message().deadLetter(String.valueOf(e.getMessage())),
          one.at(),
          one.window());
    }
    SnapshotEvent.rowOf(one.message())
        .ifPresent(event -> context.output(EVENTS, event, one.at(), one.window()));
  }

  @Teardown
  public void close() {
    OpenTables tables = open;
    open = null;
    if (tables != null) {
      tables.release();
    }
    OpenSchemas store = schemas;
    schemas = null;
    if (store != null) {
      store.close();
    }
  }
}
