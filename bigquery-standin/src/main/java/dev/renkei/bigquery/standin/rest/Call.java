package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.bigquery.standin.store.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One REST call as the resources see it.
 *
 * @param method after an override header
 * @param path decoded segments behind {@code projects/}: the project first
 * @param query parameters
 * @param ifMatch the etag that the caller expects; null when it told none
 */
record Call(
    String method,
    List<String> path,
    Map<String, String> query,
    ObjectNode body,
    @Nullable String ifMatch) {

  String project() {
    return path.get(0);
  }

  boolean is(String wanted, int segments) {
    return method.equals(wanted) && path.size() == segments;
  }

  void checkEtag(ObjectNode resource) {
    if (ifMatch != null
        && !ifMatch.equals("*")
        && !ifMatch.equals(resource.path("etag").asText())) {
      throw new ApiException(412, "conditionNotMet", "Precondition check failed.");
    }
  }

  /** A page of a list: from {@code pageToken}, at most {@code maxResults}. */
  int[] page(int size, int most) {
    int from =
        Integer.parseInt(query.getOrDefault("pageToken", query.getOrDefault("startIndex", "0")));
    int wanted = Integer.parseInt(query.getOrDefault("maxResults", String.valueOf(most)));
    return new int[] {Math.min(from, size), Math.min(size, Math.min(from, size) + wanted)};
  }

  ApiException unknown() {
    return ApiException.notFound(
        method + " " + String.join("/", path) + " in the stand-in of BigQuery");
  }
}
