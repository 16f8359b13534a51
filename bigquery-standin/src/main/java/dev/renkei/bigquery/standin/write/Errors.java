package dev.renkei.bigquery.standin.write;

import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.StorageError;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import dev.renkei.bigquery.standin.store.ApiException;
import io.grpc.Status;

/** Refusals as the Storage Write API words them. */
final class Errors {
  private Errors() {}

  static StorageError of(StorageErrorCode code, String entity, String message) {
    return StorageError.newBuilder()
        .setCode(code)
        .setEntity(entity)
        .setErrorMessage(message)
        .build();
  }

  static AppendRowsResponse response(String stream, Code code, String message) {
    return AppendRowsResponse.newBuilder()
        .setWriteStream(stream)
        .setError(com.google.rpc.Status.newBuilder().setCode(code.getNumber()).setMessage(message))
        .build();
  }

  static AppendRowsResponse response(
      String stream, Code code, StorageErrorCode detail, String message) {
    return AppendRowsResponse.newBuilder()
        .setWriteStream(stream)
        .setError(
            com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .addDetails(Any.pack(of(detail, stream, message))))
        .build();
  }

  static Status status(ApiException e) {
    Status status =
        switch (e.code()) {
          case 404 -> Status.NOT_FOUND;
          case 403 ->
              e.reason().equals("accessDenied")
                  ? Status.PERMISSION_DENIED
                  : Status.RESOURCE_EXHAUSTED;
          case 409 -> Status.ALREADY_EXISTS;
          case 503 -> Status.UNAVAILABLE;
          case 500 -> Status.INTERNAL;
          default -> Status.INVALID_ARGUMENT;
        };
    return status.withDescription(e.sentence());
  }
}
