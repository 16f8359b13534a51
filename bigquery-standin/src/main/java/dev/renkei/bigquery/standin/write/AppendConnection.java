package dev.renkei.bigquery.standin.write;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.Int64Value;
import com.google.rpc.Code;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Column;
import dev.renkei.bigquery.standin.store.RowChange;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One AppendRows connection; gRPC calls it from one thread at a time. */
final class AppendConnection implements StreamObserver<AppendRowsRequest> {
  private final Streams streams;
  private final WriteService.Weather weather;
  private final StreamObserver<AppendRowsResponse> answer;
  private String stream = "";
  private @Nullable DescriptorProto descriptor;
  private @Nullable RowReader reader;
  private @Nullable List<Column> read;
  private @Nullable List<Column> told;
  private boolean over;

  AppendConnection(
      Streams streams, WriteService.Weather weather, StreamObserver<AppendRowsResponse> answer) {
    this.streams = streams;
    this.weather = weather;
    this.answer = answer;
  }

  /** Name and schema come with a connection's first request, and when they change. */
  @Override
  public void onNext(AppendRowsRequest request) {
    if (over) {
      return;
    }
    if (!request.getWriteStream().isEmpty() && !request.getWriteStream().equals(stream)) {
      stream = request.getWriteStream();
      told = null;
    }
    if (request.getProtoRows().hasWriterSchema()) {
      descriptor = request.getProtoRows().getWriterSchema().getProtoDescriptor();
      read = null;
    }
    AppendFault fault = weather.onAppend(stream, request);
    switch (fault) {
      case DROP_BEFORE_APPLY:
        end(Status.UNAVAILABLE.withDescription("Connection dropped on request"));
        return;
      case PERMISSION_DENIED:
        end(
            Status.PERMISSION_DENIED.withDescription(
                "Permission 'TABLES_UPDATE_DATA' denied on resource '"
                    + stream
                    + "' (or it may not exist)."));
        return;
      case HANG_BEFORE_APPLY:
        return;
      case INTERNAL:
        answer.onNext(Errors.response(stream, Code.INTERNAL, "Internal error encountered."));
        return;
      case UNAVAILABLE:
        answer.onNext(Errors.response(stream, Code.UNAVAILABLE, "The service is unavailable."));
        return;
      case RESOURCE_EXHAUSTED:
        answer.onNext(
            Errors.response(
                stream,
                Code.RESOURCE_EXHAUSTED,
                "Exceeds 'AppendRows throughput' quota, user_id: stand-in (status:"
                    + " INSUFFICIENT_TOKENS)"));
        return;
      default:
        applied(request, fault);
    }
  }

  private void applied(AppendRowsRequest request, AppendFault fault) {
    AppendRowsResponse response;
    try {
      response = apply(request);
    } catch (ApiException e) {
      end(Errors.status(e));
      return;
    } catch (RuntimeException e) {
      end(Status.INTERNAL.withDescription(String.valueOf(e)));
      return;
    }
    if (fault == AppendFault.DROP_AFTER_APPLY) {
      end(Status.UNAVAILABLE.withDescription("Connection dropped on request"));
    } else if (fault != AppendFault.HANG_AFTER_APPLY) {
      answer.onNext(response);
    }
  }

  private void end(Status status) {
    over = true;
    answer.onError(status.asRuntimeException());
  }

  private AppendRowsResponse apply(AppendRowsRequest request) {
    Streams.Stream to = streams.get(stream);
    RowReader rows = reader(to.table().columns());
    if (!rows.extra().isEmpty()) {
      return Errors.response(
          stream,
          Code.INVALID_ARGUMENT,
          StorageErrorCode.SCHEMA_MISMATCH_EXTRA_FIELDS,
          "Input schema has more fields than BigQuery schema, extra fields: '"
              + String.join(",", rows.extra())
              + "'. Entity: "
              + stream);
    }
    if (rows.hasChanges() && (!to.isDefault() || to.table().key().isEmpty())) {
      return Errors.response(
          stream,
          Code.INVALID_ARGUMENT,
          to.isDefault()
              ? "Change data capture requires a primary key on the table. Entity: " + stream
              : "Change data capture is only supported on the default stream. Entity: " + stream);
    }
    List<RowChange> changes = new ArrayList<>();
    List<RowError> errors = new ArrayList<>();
    decode(request, to, rows, changes, errors);
    if (!errors.isEmpty()) {
      return Errors.response(
              stream,
              Code.INVALID_ARGUMENT,
              "Errors found while processing rows. Please refer to the row_errors field for"
                  + " details. The list may not be complete because of the size limitations."
                  + " Entity: "
                  + stream)
          .toBuilder()
          .addAllRowErrors(errors)
          .build();
    }
    return kept(request, to, changes);
  }

  private RowReader reader(List<Column> columns) {
    if (descriptor == null) {
      throw ApiException.invalid("Invalid writer schema, it is required in the first request");
    }
    if (reader == null || read != columns) {
      reader = new RowReader(descriptor, columns);
      read = columns;
    }
    return reader;
  }

  private void decode(
      AppendRowsRequest request,
      Streams.Stream to,
      RowReader rows,
      List<RowChange> changes,
      List<RowError> errors) {
    int index = 0;
    for (ByteString serialized : request.getProtoRows().getRows().getSerializedRowsList()) {
      String wrong = "";
      try {
        RowChange change = rows.read(serialized);
        changes.add(change);
        wrong = weather.judgesRows() ? weather.judge(to.table().name(), named(to, change)) : "";
      } catch (IllegalArgumentException | ArithmeticException e) {
        wrong = String.valueOf(e.getMessage());
      }
      if (!wrong.isEmpty()) {
        errors.add(
            RowError.newBuilder()
                .setIndex(index)
                .setCode(RowError.RowErrorCode.FIELDS_ERROR)
                .setMessage(wrong)
                .build());
      }
      index++;
    }
  }

  private static Map<String, Object> named(Streams.Stream to, RowChange change) {
    Map<String, Object> row = new LinkedHashMap<>();
    List<Column> columns = to.table().columns();
    for (int at = 0; at < change.values().length; at++) {
      Object value = change.values()[at];
      if (value != null) {
        row.put(columns.get(at).name(), value);
      }
    }
    return row;
  }

  /** The client reads the numbers out of these sentences. */
  private AppendRowsResponse kept(
      AppendRowsRequest request, Streams.Stream to, List<RowChange> changes) {
    AppendRowsResponse.AppendResult.Builder result = AppendRowsResponse.AppendResult.newBuilder();
    synchronized (to) {
      if (to.isDefault() && request.hasOffset()) {
        return Errors.response(
            stream, Code.INVALID_ARGUMENT, "Offset is not supported on the default stream");
      } else if (to.isFinished()) {
        return Errors.response(
            stream,
            Code.FAILED_PRECONDITION,
            StorageErrorCode.STREAM_FINALIZED,
            "Stream has been finalized and cannot be appended. Entity: " + stream);
      } else if (request.hasOffset() && request.getOffset().getValue() != to.next()) {
        return misplaced(request.getOffset().getValue(), to.next());
      }
      long first = to.append(changes);
      if (!to.isDefault()) {
        result.setOffset(Int64Value.of(first));
      }
    }
    AppendRowsResponse.Builder response =
        AppendRowsResponse.newBuilder().setWriteStream(stream).setAppendResult(result);
    List<Column> now = to.table().columns();
    if (told != null && told != now) {
      response.setUpdatedSchema(Schemas.of(now));
    }
    told = now;
    return response.build();
  }

  private AppendRowsResponse misplaced(long given, long next) {
    boolean again = given < next;
    return Errors.response(
        stream,
        again ? Code.ALREADY_EXISTS : Code.OUT_OF_RANGE,
        again ? StorageErrorCode.OFFSET_ALREADY_EXISTS : StorageErrorCode.OFFSET_OUT_OF_RANGE,
        "The offset is "
            + (again ? "within" : "beyond")
            + " stream, expected offset "
            + next
            + ", received "
            + given);
  }

  @Override
  public void onError(Throwable error) {
    over = true;
  }

  @Override
  public void onCompleted() {
    if (!over) {
      over = true;
      answer.onCompleted();
    }
  }
}
