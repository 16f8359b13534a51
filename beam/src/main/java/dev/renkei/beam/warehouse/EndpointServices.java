package dev.renkei.beam.warehouse;

import com.google.api.core.ApiFuture;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest.MissingValueInterpretation;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.FlushRowsResponse;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.cloud.bigquery.storage.v1.WriteStreamView;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.warehouse.bigquery.WriteClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryOptions;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServicesImpl;
import org.jspecify.annotations.Nullable;

/**
 * BigQuery at another address than Google's own, for default streams alone: Beam's client speaks
 * REST and Storage Write to one address, and TLS always.
 */
final class EndpointServices implements BigQueryServices {
  private static final long serialVersionUID = 1;

  private final BigQueryServices google = new BigQueryServicesImpl();
  private final WarehouseConfig.BigQuery config;

  EndpointServices(WarehouseConfig.BigQuery config) {
    this.config = config;
  }

  @Override
  public JobService getJobService(BigQueryOptions options) {
    return google.getJobService(options);
  }

  @Override
  public DatasetService getDatasetService(BigQueryOptions options) {
    return google.getDatasetService(options);
  }

  @Override
  public StorageClient getStorageClient(BigQueryOptions options) throws IOException {
    return google.getStorageClient(options);
  }

  @Override
  public WriteStreamService getWriteStreamService(BigQueryOptions options) {
    try {
      return new Streams(WriteClients.open(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Streams(BigQueryWriteClient client) implements WriteStreamService {
    @Override
    public WriteStream createWriteStream(String table, WriteStream.Type type) {
      throw onlyDefaultStreams();
    }

    @Override
    public @Nullable TableSchema getWriteStreamSchema(String stream) {
      WriteStream found =
          client.getWriteStream(
              GetWriteStreamRequest.newBuilder()
                  .setName(stream)
                  .setView(WriteStreamView.FULL)
                  .build());
      return found.hasTableSchema() ? found.getTableSchema() : null;
    }

    @Override
    public StreamAppendClient getStreamAppendClient(
        String stream,
        DescriptorProto descriptor,
        boolean useConnectionPool,
        MissingValueInterpretation missing)
        throws IOException {
      return new Appends(
          StreamWriter.newBuilder(stream, client)
              .setWriterSchema(ProtoSchema.newBuilder().setProtoDescriptor(descriptor).build())
              .setDefaultMissingValueInterpretation(missing)
              .build());
    }

    @Override
    public ApiFuture<FlushRowsResponse> flush(String stream, long offset) {
      throw onlyDefaultStreams();
    }

    @Override
    public ApiFuture<FinalizeWriteStreamResponse> finalizeWriteStream(String stream) {
      throw onlyDefaultStreams();
    }

    @Override
    public ApiFuture<BatchCommitWriteStreamsResponse> commitWriteStreams(
        String table, Iterable<String> streams) {
      throw onlyDefaultStreams();
    }

    @Override
    public void close() {
      client.close();
    }

    private static UnsupportedOperationException onlyDefaultStreams() {
      return new UnsupportedOperationException("only default streams are written");
    }
  }

  /** Closed when it is closed and nobody has it pinned. */
  private static final class Appends implements StreamAppendClient {
    private final StreamWriter writer;
    private int pins;
    private boolean closed;

    Appends(StreamWriter writer) {
      this.writer = writer;
    }

    @Override
    public ApiFuture<AppendRowsResponse> appendRows(long offset, ProtoRows rows) {
      return writer.append(rows, offset);
    }

    @Override
    public @Nullable TableSchema getUpdatedSchema() {
      return writer.getUpdatedSchema();
    }

    @Override
    public synchronized void pin() {
      pins++;
    }

    @Override
    public synchronized void unpin() {
      pins--;
      closeIfUnused();
    }

    @Override
    public synchronized void close() {
      closed = true;
      closeIfUnused();
    }

    private void closeIfUnused() {
      if (closed && pins == 0) {
        writer.close();
      }
    }
  }
}
