package dev.renkei.warehouse.bigquery;

import com.google.api.core.ApiFuture;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.protobuf.ByteString;
import dev.renkei.core.change.Change;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one table's rows to BigQuery: packed into requests, several under way, and settled
 * when all are acknowledged. Belongs to the writer.
 *
 * <p>A log goes through a stream of its own whose offsets make a repeated request no second row;
 * upserts may be repeated, and go through the table's default stream.
 */
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final Connections connections;
  private final BigQueryOptions options;
  private final Sentences sentences;
  private final String tablePath;
  private final String what;
  private final boolean isLog;
  private final ProtoSchema schema;

  private final List<Request> requests = new ArrayList<>();
  private final List<@Nullable Change> changes = new ArrayList<>();
  private ProtoRows.Builder rows = ProtoRows.newBuilder();
  private int bytes;
  private String stream = "";
  private long next;
  private @Nullable StreamWriter upserts;

  /** Whether a row was ever acknowledged; a table that was just made may not be found yet. */
  private boolean proven;

  Outbox(
      Connections connections,
      BigQueryOptions options,
      Sentences sentences,
      String id,
      boolean isLog,
      ProtoSchema schema) {
    this.connections = connections;
    this.options = options;
    this.sentences = sentences;
    this.tablePath = connections.tablePath(id);
    this.what = id + " cannot be written";
    this.isLog = isLog;
    this.schema = schema;
  }

  /** Rows that travel together. */
  private static final class Request {
    final ProtoRows rows;
    final List<@Nullable Change> changes;
    private @Nullable ApiFuture<AppendRowsResponse> answer;

    Request(ProtoRows rows, List<@Nullable Change> changes) {
      this.rows = rows;
      this.changes = changes;
    }
  }

  /**
   * Takes a row; sends those that fill a request.
   *
   * @param change to name when BigQuery refuses the row; null where the row is not of one
   */
  void add(ByteString row, @Nullable Change change) throws WarehouseException {
    if (row.size() > BigQueryOptions.MAX_REQUEST_BYTES && change != null) {
      abandon();
      throw RowEncoder.refused(
          change, "a row of %d bytes, more than BigQuery takes (10 MB)".formatted(row.size()));
    }
    if (bytes > 0 && bytes + row.size() > options.requestBytes()) {
      flush();
    }
    rows.addSerializedRows(row);
    changes.add(change);
    bytes += row.size() + 5;
  }

  /** Sends what waits. */
  void flush() throws WarehouseException {
    if (bytes == 0) {
      return;
    }
    Request request = new Request(rows.build(), new ArrayList<>(changes));
    rows = ProtoRows.newBuilder();
    changes.clear();
    bytes = 0;
    requests.add(request);
    boolean allUnderWay = true;
    for (Request before : requests.subList(0, requests.size() - 1)) {
      allUnderWay &= before.answer != null;
    }
    if (allUnderWay) {
      send(request, offsetOf(requests.size() - 1));
    }
  }

  /** Leaves the answer empty where it cannot be sent now; {@link #settle} then does. */
  private void send(Request request, long offset) {
    try {
      request.answer =
          isLog
              ? connections.logWriter(stream(), schema).append(request.rows, offset)
              : writer().append(request.rows);
    } catch (IOException | RuntimeException e) {
      request.answer = com.google.api.core.ApiFutures.immediateFailedFuture(e);
    }
  }

  private String stream() {
    if (stream.isEmpty()) {
      stream = connections.createStream(tablePath).getName();
      next = 0;
    }
    return stream;
  }

  private StreamWriter writer() throws IOException {
    StreamWriter open = upserts;
    if (open == null || open.isClosed()) {
      open = connections.upsertWriter(tablePath, schema);
      upserts = open;
    }
    return open;
  }

  private long offsetOf(int request) {
    long offset = next;
    for (Request before : requests.subList(0, request)) {
      offset += before.rows.getSerializedRowsCount();
    }
    return offset;
  }

  /** Returns when every row that was added is acknowledged. */
  void settle() throws WarehouseException {
    flush();
    Patience patience = new Patience(options.patience());
    try {
      while (!requests.isEmpty()) {
        Failure failure = takeAcknowledged();
        if (failure != null) {
          mend(failure, patience);
          resend();
        }
      }
    } catch (InterruptedException e) {
      abandon();
      throw sentences.interrupted(what);
    } catch (WarehouseException | RuntimeException e) {
      abandon();
      throw e;
    }
  }

  private record Failure(Fault fault, Throwable cause) {}

  /** Null where all are acknowledged; else why the first that is left is not. */
  private @Nullable Failure takeAcknowledged() throws InterruptedException {
    while (!requests.isEmpty()) {
      Request first = requests.get(0);
      Failure failure = failureOf(first);
      if (failure != null) {
        return failure;
      }
      next += first.rows.getSerializedRowsCount();
      proven = true;
      requests.remove(0);
    }
    return null;
  }

  private static @Nullable Failure failureOf(Request request) throws InterruptedException {
    ApiFuture<AppendRowsResponse> answer = request.answer;
    if (answer == null) {
      return new Failure(new Fault.Passing("not sent yet"), new IOException("not sent yet"));
    }
    try {
      answer.get();
      return null;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Fault fault = Fault.ofWrite(cause);
      return fault instanceof Fault.Done ? null : new Failure(fault, cause);
    }
  }

  private void mend(Failure failure, Patience patience)
      throws WarehouseException, InterruptedException {
    if (failure.fault() instanceof Fault.Rows refused) {
      throw refusal(refused.rows());
    }
    awaitOthers();
    boolean again =
        failure.fault() instanceof Fault.Passing
            || failure.fault() instanceof Fault.Stale
            || failure.fault() instanceof Fault.Missing && !proven;
    if (!again || !patience.pause()) {
      throw sentences.of(what, failure.fault(), failure.cause());
    }
    if (failure.fault() instanceof Fault.Stale && isLog) {
      connections.forget(stream);
      if (!(failure.cause()
          instanceof com.google.cloud.bigquery.storage.v1.Exceptions.StreamWriterClosedException)) {
        stream = "";
        next = 0;
      }
    }
  }

  /** So that none of the old arrives among those that are sent again. */
  private void awaitOthers() throws InterruptedException {
    for (Request request : requests) {
      failureOf(request);
    }
  }

  private void resend() {
    for (int i = 0; i < requests.size(); i++) {
      send(requests.get(i), offsetOf(i));
    }
  }

  private WarehouseException refusal(Map<Integer, String> refused) {
    Request request = requests.get(0);
    for (Map.Entry<Integer, String> row : refused.entrySet()) {
      int index = row.getKey();
      Change change = index < request.changes.size() ? request.changes.get(index) : null;
      if (change != null) {
        // BigQuery's reason may hold values.
        log.atDebug().addKeyValue("reason", row.getValue()).log("BigQuery refuses a row");
        return RowEncoder.refused(change, "a row that BigQuery refuses");
      }
    }
    return new RowsRefusedException(
        sentences.of(what, new Fault.Rows(refused), new IOException("rows refused")));
  }

  /** Forgets what waits and what is under way; a log begins a new stream. */
  void abandon() {
    clear();
    if (isLog && !stream.isEmpty()) {
      connections.forget(stream);
      stream = "";
      next = 0;
    }
  }

  private void clear() {
    requests.clear();
    changes.clear();
    rows = ProtoRows.newBuilder();
    bytes = 0;
  }

  void close() {
    abandon();
    if (upserts != null) {
      upserts.close();
      upserts = null;
    }
  }
}
