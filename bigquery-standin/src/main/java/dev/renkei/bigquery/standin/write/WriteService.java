package dev.renkei.bigquery.standin.write;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsRequest;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteGrpc;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.FlushRowsRequest;
import com.google.cloud.bigquery.storage.v1.FlushRowsResponse;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.cloud.bigquery.storage.v1.WriteStreamView;
import com.google.protobuf.Timestamp;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.StoredTable;
import dev.renkei.bigquery.standin.store.TableName;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** {@code google.cloud.bigquery.storage.v1.BigQueryWrite} over the store. */
public final class WriteService extends BigQueryWriteGrpc.BigQueryWriteImplBase {
  private final Streams streams;
  private final Store store;
  private final String location;
  private final Weather weather;

  /** What tests make befall requests. */
  public interface Weather {
    /**
     * @param stream the stream's name
     */
    AppendFault onAppend(String stream, AppendRowsRequest request);

    /** Sees every call but appends; throws {@link ApiException} in its place. */
    void onCall(String what);

    /** What is wrong with a row; empty when nothing is. Asked only when {@link #judgesRows}. */
    String judge(TableName table, java.util.Map<String, Object> row);

    boolean judgesRows();
  }

  public WriteService(Store store, String location, Weather weather) {
    this.store = store;
    this.location = location;
    this.weather = weather;
    this.streams = new Streams(store);
  }

  @Override
  public void createWriteStream(
      CreateWriteStreamRequest request, StreamObserver<WriteStream> answer) {
    answer(
        answer,
        () -> {
          weather.onCall("CreateWriteStream " + request.getParent());
          StoredTable table = store.table(TableName.ofPath(request.getParent()));
          WriteStream.Type type = request.getWriteStream().getType();
          if (type != WriteStream.Type.COMMITTED && type != WriteStream.Type.PENDING) {
            throw ApiException.invalid("The stand-in of BigQuery has no streams of type " + type);
          }
          return described(streams.create(table, type), true);
        });
  }

  @Override
  public void getWriteStream(GetWriteStreamRequest request, StreamObserver<WriteStream> answer) {
    answer(
        answer,
        () -> {
          weather.onCall("GetWriteStream " + request.getName());
          return described(
              streams.get(request.getName()), request.getView() == WriteStreamView.FULL);
        });
  }

  private WriteStream described(Streams.Stream stream, boolean full) {
    WriteStream.Builder told =
        WriteStream.newBuilder()
            .setName(stream.name())
            .setType(stream.type())
            .setLocation(location)
            .setWriteMode(WriteStream.WriteMode.INSERT);
    return (full ? told.setTableSchema(Schemas.of(stream.table().columns())) : told).build();
  }

  @Override
  public void finalizeWriteStream(
      FinalizeWriteStreamRequest request, StreamObserver<FinalizeWriteStreamResponse> answer) {
    answer(
        answer,
        () -> {
          weather.onCall("FinalizeWriteStream " + request.getName());
          Streams.Stream stream = streams.get(request.getName());
          if (stream.isDefault()) {
            throw ApiException.invalid("Finalize is not supported on the default stream");
          }
          return FinalizeWriteStreamResponse.newBuilder().setRowCount(stream.finish()).build();
        });
  }

  @Override
  public void flushRows(FlushRowsRequest request, StreamObserver<FlushRowsResponse> answer) {
    answer.onError(
        Status.UNIMPLEMENTED
            .withDescription("The stand-in of BigQuery has no buffered streams")
            .asRuntimeException());
  }

  @Override
  public void batchCommitWriteStreams(
      BatchCommitWriteStreamsRequest request,
      StreamObserver<BatchCommitWriteStreamsResponse> answer) {
    answer(
        answer,
        () -> {
          weather.onCall("BatchCommitWriteStreams " + request.getParent());
          return committed(request);
        });
  }

  private BatchCommitWriteStreamsResponse committed(BatchCommitWriteStreamsRequest request) {
    BatchCommitWriteStreamsResponse.Builder told = BatchCommitWriteStreamsResponse.newBuilder();
    List<Streams.Stream> ready = new ArrayList<>();
    for (String name : request.getWriteStreamsList()) {
      try {
        Streams.Stream stream = streams.get(name);
        if (stream.isCommitted()) {
          told.addStreamErrors(
              Errors.of(
                  StorageErrorCode.STREAM_ALREADY_COMMITTED, name, "Stream is already committed"));
        } else if (!stream.isFinished() || stream.type() != WriteStream.Type.PENDING) {
          told.addStreamErrors(
              Errors.of(StorageErrorCode.INVALID_STREAM_STATE, name, "Stream is not finalized"));
        } else {
          ready.add(stream);
        }
      } catch (ApiException e) {
        told.addStreamErrors(Errors.of(StorageErrorCode.STREAM_NOT_FOUND, name, e.sentence()));
      }
    }
    if (told.getStreamErrorsCount() == 0) {
      ready.forEach(Streams.Stream::commit);
      long now = System.currentTimeMillis();
      told.setCommitTime(
          Timestamp.newBuilder().setSeconds(now / 1000).setNanos((int) (now % 1000) * 1_000_000));
    }
    return told.build();
  }

  @Override
  public StreamObserver<AppendRowsRequest> appendRows(StreamObserver<AppendRowsResponse> answer) {
    return new AppendConnection(streams, weather, answer);
  }

  private static <T> void answer(StreamObserver<T> answer, Supplier<T> work) {
    T told;
    try {
      told = work.get();
    } catch (ApiException e) {
      answer.onError(Errors.status(e).asRuntimeException());
      return;
    } catch (RuntimeException e) {
      answer.onError(Status.INTERNAL.withDescription(String.valueOf(e)).asRuntimeException());
      return;
    }
    answer.onNext(told);
    answer.onCompleted();
  }
}
