package dev.renkei.beam.warehouse;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest.MissingValueInterpretation;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.FlushRowsResponse;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import dev.renkei.warehouse.bigquery.PipelineTables;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryOptions;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.jspecify.annotations.Nullable;

/**
 * BigQuery's services, which take the names that {@link ShapeDestinations} gives to shapes for
 * those of their tables, and make this worker prepare a table again that is not found.
 */
final class ShapedServices implements BigQueryServices {
  private static final long serialVersionUID = 1;

  /** What no table's name has, and Beam lets pass. */
  private static final char MARK = '@';

  private static final Pattern TABLE =
      Pattern.compile("projects/([^/]+)/datasets/([^/]+)/tables/([^/@]+)(@[0-9a-f]+)?(/.*)?");

  private final BigQueryServices real;

  ShapedServices(BigQueryServices real) {
    this.real = real;
  }

  /** The name of a shape of a table. */
  static String named(String table, String shape) {
    return table + MARK + Hashing.murmur3_128().hashString(shape, StandardCharsets.UTF_8);
  }

  /** A table, or one of its streams, without the name of a shape. */
  static String plain(String name) {
    Matcher matcher = TABLE.matcher(name);
    if (!matcher.matches() || matcher.group(4) == null) {
      return name;
    }
    String rest = matcher.group(5);
    return name.substring(0, matcher.start(4)) + (rest == null ? "" : rest);
  }

  @Override
  public JobService getJobService(BigQueryOptions options) {
    return real.getJobService(options);
  }

  @Override
  public DatasetService getDatasetService(BigQueryOptions options) {
    return real.getDatasetService(options);
  }

  @Override
  public StorageClient getStorageClient(BigQueryOptions options) throws IOException {
    return real.getStorageClient(options);
  }

  @Override
  public WriteStreamService getWriteStreamService(BigQueryOptions options) {
    return new Streams(real.getWriteStreamService(options));
  }

  /**
   * Upserts of all tables share a few connections. Rows of a log have one for each table, as long
   * as the option {@code useStorageApiConnectionPool} does not say otherwise: BigQuery takes no
   * upserts and plain rows by one connection.
   */
  private static boolean takesUpserts(String stream) {
    Matcher matcher = TABLE.matcher(stream);
    return matcher.matches() && PipelineTables.takesUpserts(matcher.group(3));
  }

  private record Streams(WriteStreamService real) implements WriteStreamService {
    @Override
    public WriteStream createWriteStream(String table, WriteStream.Type type)
        throws IOException, InterruptedException {
      return real.createWriteStream(plain(table), type);
    }

    @Override
    public @Nullable TableSchema getWriteStreamSchema(String stream) {
      return real.getWriteStreamSchema(plain(stream));
    }

    @Override
    public StreamAppendClient getStreamAppendClient(
        String stream,
        DescriptorProto descriptor,
        boolean useConnectionPool,
        MissingValueInterpretation missing)
        throws Exception {
      try {
        return new Watched(
            plain(stream),
            real.getStreamAppendClient(
                plain(stream), descriptor, useConnectionPool || takesUpserts(stream), missing));
      } catch (Exception e) {
        noticeMissing(plain(stream), e);
        throw e;
      }
    }

    @Override
    public ApiFuture<FlushRowsResponse> flush(String stream, long offset)
        throws IOException, InterruptedException {
      return real.flush(plain(stream), offset);
    }

    @Override
    public ApiFuture<FinalizeWriteStreamResponse> finalizeWriteStream(String stream) {
      return real.finalizeWriteStream(plain(stream));
    }

    @Override
    public ApiFuture<BatchCommitWriteStreamsResponse> commitWriteStreams(
        String table, Iterable<String> streams) {
      return real.commitWriteStreams(plain(table), streams);
    }

    @Override
    public void close() throws Exception {
      real.close();
    }
  }

  private record Watched(String stream, StreamAppendClient real) implements StreamAppendClient {
    @Override
    public ApiFuture<AppendRowsResponse> appendRows(long offset, ProtoRows rows) throws Exception {
      ApiFuture<AppendRowsResponse> answer = real.appendRows(offset, rows);
      ApiFutures.addCallback(
          answer,
          new ApiFutureCallback<>() {
            @Override
            public void onFailure(Throwable failure) {
              noticeMissing(stream, failure);
            }

            @Override
            public void onSuccess(AppendRowsResponse response) {}
          },
          MoreExecutors.directExecutor());
      return answer;
    }

    @Override
    public @Nullable TableSchema getUpdatedSchema() {
      return real.getUpdatedSchema();
    }

    @Override
    public long getInflightWaitSeconds() {
      return real.getInflightWaitSeconds();
    }

    @Override
    public void pin() {
      real.pin();
    }

    @Override
    public void unpin() throws Exception {
      real.unpin();
    }

    @Override
    public void close() throws Exception {
      real.close();
    }
  }

  /** BigQueryIO gives the bundle up; when it is tried again, the table is made before its rows. */
  private static void noticeMissing(String stream, Throwable failure) {
    Matcher matcher = TABLE.matcher(stream);
    if (matcher.matches() && Status.fromThrowable(failure).getCode() == Status.Code.NOT_FOUND) {
      OpenTables.noteGone(matcher.group(1), matcher.group(2), matcher.group(3));
    }
  }
}
