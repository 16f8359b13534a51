package dev.renkei.beam.warehouse;

import dev.renkei.beam.flow.DeadLetterCoder;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.PipelineTables;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryIO;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServicesImpl;
import org.apache.beam.sdk.io.gcp.bigquery.RowMutationInformation;
import org.apache.beam.sdk.io.gcp.bigquery.WriteResult;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Hub to BigQuery (slides 23, 24), into the tables that the plain loader makes. The names of its
 * transforms are those that operators meet, and by which a running job is updated: they do not
 * change.
 *
 * <p>Both tables are written by STORAGE_API_AT_LEAST_ONCE. Upserts can be written no other way, and
 * carry their order with them; the log is read through a view that shows each change once, so
 * exactly-once streams would pay, with a shuffle of every row and seconds of latency, for what the
 * view does anyway; {@code numStorageWriteApiStreams} and the triggering frequency, which are for
 * those, mean nothing here. Rows are visible when their bundle is done: the runner's bundles are
 * the latency, and one request for each table and bundle, of up to {@code
 * storageApiAppendThresholdBytes}, the cost. The log's rows are asked back, by their ids, to count
 * those of snapshots.
 *
 * <p>{@code numStorageWriteApiStreamAppendClients} stays 1: each more is one more connection for
 * each log and worker, of which a project has 1,000 in a small region.
 */
public final class WarehousePipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "warehouse";

  private WarehousePipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, WarehousePlan plan) {
    build(pipeline, plan, services(plan));
  }

  /**
   * Checks, before a job is started, what workers would meet: makes the dataset where there is
   * none, and prepares the tables that are there already for all schemas that the hub has of them.
   * Tables of schemas that come later are made by the workers.
   */
  public static void prepare(WarehousePlan plan)
      throws WarehouseException, HubException, InterruptedException {
    try (PipelineTables tables =
            PipelineTables.open(plan.warehouse(), BigQueryOptions.forRetention(plan.retention()));
        OpenSchemas schemas = plan.hub().openSchemas()) {
      for (Map.Entry<TableName, String> table : tables.tables().entrySet()) {
        List<SchemaRecord> all =
            schemas.store().of(table.getValue(), table.getKey()).stream()
                .sorted(Comparator.comparing(SchemaRecord::firstSeen))
                .toList();
        for (SchemaRecord schema : all) {
          tables.prepare(schema);
        }
      }
    }
  }

  private static BigQueryServices services(WarehousePlan plan) {
    return plan.warehouse().endpoint() == null
        ? new BigQueryServicesImpl()
        : new EndpointServices(plan.warehouse());
  }

  static void build(Pipeline pipeline, WarehousePlan plan, BigQueryServices bigQuery) {
    ShapedServices services = new ShapedServices(bigQuery);
    PCollectionTuple encoded = encoded(plan.hub().read(pipeline, FLOW), plan);
    PCollection<WarehouseRow> rows = encoded.get(EncodeFn.ROWS);
    WriteResult log = rows.apply("Log", log(plan, services));
    WriteResult upserts = rows.apply("Current rows", upserts(plan, services));

    PCollectionTuple refusedByLog =
        log.getFailedStorageApiInserts().apply("Refused by the log", RefusedFn.transform());
    PCollectionTuple refusedByUpserts =
        upserts
            .getFailedStorageApiInserts()
            .apply("Refused as current rows", RefusedFn.transform());
    PCollectionList<DeadLetter> letters =
        PCollectionList.of(encoded.get(EncodeFn.LETTERS))
            .and(refusedByLog.get(RefusedFn.LETTERS))
            .and(refusedByUpserts.get(RefusedFn.LETTERS));
    plan.hub().setAside(letters.apply("All dead letters", Flatten.pCollections()));

    PCollection<KV<String, SnapshotEvent>> durable =
        log.getSuccessfulStorageApiInserts()
            .apply("Durable rows of snapshots", ParDo.of(new DurableRowsFn()))
            .setCoder(eventCoder());
    sweep(
        plan,
        PCollectionList.of(encoded.get(EncodeFn.EVENTS))
            .and(durable)
            .and(refusedByLog.get(RefusedFn.ROWS))
            .apply("All of snapshots", Flatten.pCollections()));
  }

  private static PCollectionTuple encoded(PCollection<FlowMessage> hub, WarehousePlan plan) {
    PCollectionTuple encoded =
        hub.apply(
            "Encode",
            ParDo.of(new EncodeFn(plan))
                .withOutputTags(
                    EncodeFn.ROWS, TupleTagList.of(EncodeFn.LETTERS).and(EncodeFn.EVENTS)));
    encoded.get(EncodeFn.ROWS).setCoder(WarehouseRowCoder.of());
    encoded.get(EncodeFn.LETTERS).setCoder(DeadLetterCoder.of());
    encoded.get(EncodeFn.EVENTS).setCoder(eventCoder());
    return encoded;
  }

  static KvCoder<String, SnapshotEvent> eventCoder() {
    return KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(SnapshotEvent.class));
  }

  private static BigQueryIO.Write<WarehouseRow> write(BigQueryServices services) {
    return BigQueryIO.<WarehouseRow>write()
        .withMethod(BigQueryIO.Write.Method.STORAGE_API_AT_LEAST_ONCE)
        .withCreateDisposition(BigQueryIO.Write.CreateDisposition.CREATE_NEVER)
        .withWriteDisposition(BigQueryIO.Write.WriteDisposition.WRITE_APPEND)
        .withFormatRecordOnFailureFunction(row -> RefusedFn.kept(row.message()))
        .withTestServices(services)
        .withoutValidation();
  }

  private static BigQueryIO.Write<WarehouseRow> log(WarehousePlan plan, BigQueryServices services) {
    return write(services)
        .to(ShapeDestinations.ofLogs(plan))
        .withFormatFunction(row -> ShapeDestinations.row(row.rows().log(), row.rows().logRow()))
        .withPropagateSuccessfulStorageApiWrites(
            (Predicate<String> & Serializable) DurableRowsFn.COLUMN::equals);
  }

  private static BigQueryIO.Write<WarehouseRow> upserts(
      WarehousePlan plan, BigQueryServices services) {
    return write(services)
        .to(ShapeDestinations.ofUpserts(plan))
        .withFormatFunction(
            row -> ShapeDestinations.row(row.rows().upserts(), row.rows().upsertRow()))
        .withRowMutationInformationFn(
            row ->
                RowMutationInformation.of(
                    RowMutationInformation.MutationType.UPSERT, row.rows().sequence()));
  }

  private static void sweep(WarehousePlan plan, PCollection<KV<String, SnapshotEvent>> events) {
    SettleSnapshots.closingsAndCounts(events).apply("Sweep", ParDo.of(new SweepFn(plan)));
  }
}
