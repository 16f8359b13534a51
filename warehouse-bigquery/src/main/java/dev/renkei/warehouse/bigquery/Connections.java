package dev.renkei.warehouse.bigquery;

import com.google.auth.Credentials;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.cloud.bigquery.storage.v1.WriteStreamView;
import dev.renkei.core.config.WarehouseConfig;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client of the Storage Write API and its connections: upserts of all tables share a pool, and
 * the logs' streams, each of which needs one of its own, hold a bounded number open. Belongs to the
 * writer.
 */
final class Connections implements AutoCloseable {
  private static final String TRACE = "renkei:loader";

  private final WarehouseConfig.BigQuery config;
  private final BigQueryOptions options;
  private final BigQueryWriteClient client;

  /** The longest unused first. */
  private final Map<String, StreamWriter> logs = new LinkedHashMap<>(16, 0.75f, true);

  private Connections(
      WarehouseConfig.BigQuery config, BigQueryOptions options, BigQueryWriteClient client) {
    this.config = config;
    this.options = options;
    this.client = client;
  }

  /**
   * Connects nothing yet.
   *
   * @param credentials null for a server that wants none
   */
  static Connections open(
      WarehouseConfig.BigQuery config, BigQueryOptions options, @Nullable Credentials credentials)
      throws IOException {
    return new Connections(config, options, WriteClients.open(config, credentials));
  }

  String tablePath(String id) {
    return "projects/%s/datasets/%s/tables/%s".formatted(config.project(), config.dataset(), id);
  }

  /** Makes a stream whose rows are seen as soon as they are acknowledged. */
  WriteStream createStream(String tablePath) {
    return client.createWriteStream(
        CreateWriteStreamRequest.newBuilder()
            .setParent(tablePath)
            .setWriteStream(WriteStream.newBuilder().setType(WriteStream.Type.COMMITTED))
            .build());
  }

  /** With the schema that the stream takes rows of. */
  WriteStream defaultStream(String tablePath) {
    return client.getWriteStream(
        GetWriteStreamRequest.newBuilder()
            .setName(tablePath + "/streams/_default")
            .setView(WriteStreamView.FULL)
            .build());
  }

  /** A writer of a table's default stream, by the shared connections. */
  StreamWriter upsertWriter(String tablePath, ProtoSchema schema) throws IOException {
    WarehouseConfig.BigQuery.Endpoint endpoint = config.endpoint();
    return builder(tablePath + "/streams/_default", schema)
        .setEnableConnectionPool(true)
        // The pool is one of the whole process, by location: another endpoint has another.
        .setLocation(endpoint == null ? config.location() : endpoint.storage())
        .build();
  }

  /** The writer of a stream of a log, opened again where it was closed to make room. */
  StreamWriter logWriter(String stream, ProtoSchema schema) throws IOException {
    StreamWriter writer = logs.get(stream);
    if (writer != null && !writer.isClosed()) {
      return writer;
    }
    forget(stream);
    if (logs.size() >= options.openLogs()) {
      Iterator<StreamWriter> longestUnused = logs.values().iterator();
      longestUnused.next().close();
      longestUnused.remove();
    }
    StreamWriter opened = builder(stream, schema).build();
    logs.put(stream, opened);
    return opened;
  }

  /** Closes the connection of a stream. */
  void forget(String stream) {
    StreamWriter writer = logs.remove(stream);
    if (writer != null) {
      writer.close();
    }
  }

  private StreamWriter.Builder builder(String stream, ProtoSchema schema) {
    return StreamWriter.newBuilder(stream, client)
        .setWriterSchema(schema)
        .setMaxInflightRequests(options.requestsInFlight())
        .setMaxRetryDuration(options.patience())
        .setTraceId(TRACE);
  }

  @Override
  public void close() {
    logs.values().forEach(StreamWriter::close);
    logs.clear();
    client.close();
  }
}
