package dev.renkei.hub.pubsub;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import dev.renkei.core.hub.HubException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What failures of Google's client mean to an operator. */
final class Failures {
  private Failures() {}

  /**
   * A failure as a sentence.
   *
   * @param what the whole name of the topic or subscription
   * @param role what the account needs for what was tried, for example {@code
   *     roles/pubsub.publisher}
   */
  static HubException of(String what, String role, Throwable failure) {
    if (failure instanceof HubException known) {
      return known;
    }
    Status.Code code = code(failure);
    if (code == null) {
      return new HubException("hub, %s: %s".formatted(what, sentenceWithoutCode(failure)), failure);
    }
    return new HubException(
        "hub, %s: %s".formatted(what, sentence(code, what, role, message(failure))), failure);
  }

  static boolean isNotFound(Throwable failure) {
    return code(failure) == Status.Code.NOT_FOUND;
  }

  static boolean isDenied(Throwable failure) {
    Status.Code code = code(failure);
    return code == Status.Code.PERMISSION_DENIED || code == Status.Code.UNAUTHENTICATED;
  }

  /** The code of the outermost failure that has one; null where none has. */
  static Status.@Nullable Code code(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException api) {
        StatusCode.Code code = api.getStatusCode().getCode();
        return Status.Code.valueOf(code.name());
      }
      if (cause instanceof StatusRuntimeException status) {
        return status.getStatus().getCode();
      }
      if (cause instanceof StatusException status) {
        return status.getStatus().getCode();
      }
    }
    return null;
  }

  private static String message(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int status = message.lastIndexOf("StatusRuntimeException: ");
    return status < 0 ? message : message.substring(status + "StatusRuntimeException: ".length());
  }

  static String sentence(Status.Code code, String what, String role, String message) {
    return switch (code) {
      case NOT_FOUND ->
          "it is not there (%s). `renkei up` makes what is missing; if it was there before, what it held is gone, and the tables are loaded again."
              .formatted(message);
      case PERMISSION_DENIED ->
          isDisabled(message)
              ? "Pub/Sub is not enabled (%s). Run `gcloud services enable pubsub.googleapis.com --project=%s`."
                  .formatted(message, project(what))
              : "not allowed (%s). Grant %s on it to the account that runs this."
                  .formatted(message, role);
      case UNAUTHENTICATED ->
          "Google does not know who asks. Run `gcloud auth application-default login`, or name a key by GOOGLE_APPLICATION_CREDENTIALS.";
      case RESOURCE_EXHAUSTED ->
          "a quota is used up (%s). It is tried again; if this lasts, raise the quota of project %s in the Google Cloud console."
              .formatted(message, project(what));
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, INTERNAL, UNKNOWN ->
          "no answer (%s). It is tried again; see that this machine reaches pubsub.googleapis.com, or the emulator named by PUBSUB_EMULATOR_HOST."
              .formatted(message);
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE ->
          "refused (%s). Check hub.project and hub.topic_prefix.".formatted(message);
      default -> message;
    };
  }

  private static boolean isDisabled(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("service_disabled")
        || text.contains("has not been used in project")
        || text.contains("it is disabled");
  }

  private static String project(String what) {
    String[] parts = what.split("/");
    return parts.length > 1 && parts[0].equals("projects") ? parts[1] : what;
  }

  private static String sentenceWithoutCode(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("default credentials")
        ? "there are no credentials. Run `gcloud auth application-default login`, name a key by GOOGLE_APPLICATION_CREDENTIALS, or an emulator by PUBSUB_EMULATOR_HOST."
        : message;
  }
}
