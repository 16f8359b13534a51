package dev.renkei.warehouse.bigquery;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.services.bigquery.model.ErrorProto;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** What a failure of BigQuery means for whoever asked. */
sealed interface Fault {
  /**
   * What an operator reads behind what could not be done.
   *
   * @param location where the dataset is configured to lie
   */
  String sentence(String location);

  /** What was asked has been done before. */
  record Done() implements Fault {
    @Override
    public String sentence(String location) {
      return "it is there already.";
    }
  }

  /** Passes; the same may be asked again. */
  record Passing(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "BigQuery was asked again and again, and says: " + reason;
    }
  }

  /** The stream or the connection is of no use any longer; a new one may be. */
  record Stale(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "BigQuery closed the stream again and again: " + reason;
    }
  }

  /**
   * Some rows of a request are to blame, and none was taken.
   *
   * @param rows why, by the row's index in the request
   */
  record Rows(Map<Integer, String> rows) implements Fault {
    @Override
    public String sentence(String location) {
      return "BigQuery refuses %d of the rows.".formatted(rows.size());
    }
  }

  /** Not there. */
  record Missing(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "it is not there. If the dataset or the table was deleted, restart the loader, which makes it again, and fill it with `renkei reload`. If it lies elsewhere, set `location` (now %s). BigQuery says: %s"
          .formatted(location, reason);
    }
  }

  /** Not allowed. */
  record Forbidden(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "the service account lacks a right. Give it roles/bigquery.dataEditor on the dataset and roles/bigquery.jobUser on the project. BigQuery says: "
          + reason;
    }
  }

  /** For good, until somebody mends something. */
  record Lasting(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "BigQuery refuses: " + reason;
    }
  }

  /** A quota of a day is used up, for this way of asking; another way may do. */
  record UsedUp(String reason) implements Fault {
    @Override
    public String sentence(String location) {
      return "a quota is used up: " + reason;
    }
  }

  /** Of quotas that last longer than any patience. */
  String USED_UP = "quotaExceeded";

  Set<String> PASSING_REASONS =
      Set.of(
          "rateLimitExceeded",
          "quotaExceeded",
          "backendError",
          "internalError",
          "jobRateLimitExceeded",
          "jobBackendError",
          "jobInternalError");

  /** Of an append, or of another call of the Storage Write API. */
  static Fault ofWrite(Throwable thrown) {
    Throwable cause =
        thrown instanceof ExecutionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof Exceptions.AppendSerializtionError rows) {
      return new Rows(new TreeMap<>(rows.getRowIndexToErrorMessage()));
    }
    if (cause instanceof Exceptions.OffsetAlreadyExists) {
      return new Done();
    }
    if (cause instanceof Exceptions.OffsetOutOfRange) {
      return new Passing("a request before it failed");
    }
    if (cause instanceof Exceptions.SchemaMismatchedException) {
      return new Passing("BigQuery has not seen the table's new columns yet");
    }
    if (cause instanceof Exceptions.StreamFinalizedException
        || cause instanceof Exceptions.StreamNotFound
        || cause instanceof Exceptions.StreamWriterClosedException) {
      return new Stale(reason(cause));
    }
    if (cause instanceof Exceptions.MaximumRequestCallbackWaitTimeExceededException) {
      return new Stale("a request was not answered in time");
    }
    if (cause instanceof ApiException api) {
      return ofCode(Status.Code.valueOf(api.getStatusCode().getCode().name()), reason(cause));
    }
    if (cause instanceof StatusRuntimeException status) {
      return ofCode(status.getStatus().getCode(), reason(cause));
    }
    return cause instanceof IOException
        ? new Passing(reason(cause))
        : new Lasting(cause.getClass().getSimpleName() + ": " + reason(cause));
  }

  private static Fault ofCode(Status.Code code, String reason) {
    return switch (code) {
      case UNAVAILABLE,
          ABORTED,
          INTERNAL,
          DEADLINE_EXCEEDED,
          RESOURCE_EXHAUSTED,
          CANCELLED,
          UNKNOWN ->
          new Passing(reason);
      case PERMISSION_DENIED, UNAUTHENTICATED -> new Forbidden(reason);
      case NOT_FOUND -> new Missing(reason);
      case ALREADY_EXISTS -> new Done();
      case OK, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, DATA_LOSS ->
          new Lasting(reason);
    };
  }

  /** Of a call of the REST interface. */
  static Fault ofRest(IOException thrown) {
    if (!(thrown instanceof GoogleJsonResponseException answer)) {
      return new Passing(reason(thrown));
    }
    GoogleJsonError details = answer.getDetails();
    String message =
        details == null || details.getMessage() == null ? reason(answer) : details.getMessage();
    String why =
        details == null || details.getErrors() == null || details.getErrors().isEmpty()
            ? ""
            : String.valueOf(details.getErrors().get(0).getReason());
    if (PASSING_REASONS.contains(why)) {
      return new Passing(message);
    }
    return switch (answer.getStatusCode()) {
      case 429, 500, 502, 503, 504, 408 -> new Passing(message);
      case 401, 403 -> new Forbidden(message);
      case 404 -> new Missing(message);
      case 409 -> new Done();
      default -> new Lasting(message);
    };
  }

  /** Of a call about a load job, whose quota is that of a day. */
  static Fault ofLoad(IOException thrown) {
    Fault fault = ofRest(thrown);
    boolean usedUp =
        thrown instanceof GoogleJsonResponseException answer
            && answer.getDetails() != null
            && answer.getDetails().getErrors() != null
            && answer.getDetails().getErrors().stream()
                .anyMatch(e -> USED_UP.equals(e.getReason()));
    return usedUp ? new UsedUp(reason(thrown)) : fault;
  }

  /** Of a load job that has ended. */
  static Fault ofJob(ErrorProto error) {
    String why = String.valueOf(error.getReason());
    String message = String.valueOf(error.getMessage());
    if (why.equals(USED_UP)) {
      return new UsedUp(message);
    }
    if (PASSING_REASONS.contains(why) || why.equals("stopped") || why.equals("timeout")) {
      return new Passing(message);
    }
    return switch (why) {
      case "accessDenied" -> new Forbidden(message);
      case "notFound" -> new Missing(message);
      default -> new Lasting(message);
    };
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
