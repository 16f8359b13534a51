package dev.renkei.warehouse.bigquery;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the warehouse works inside.
 *
 * @param tombstonesKept how long deleted keys are remembered; longer than the hub keeps messages
 * @param patience how long one call is tried again before it fails
 * @param requestBytes the most that one request carries; BigQuery takes 10 MB
 * @param requestsInFlight of one table
 * @param openLogs connections that logs of tables may hold open at a time
 * @param queryBytes the most that a query of a user may be billed for
 * @param spooling how rows of snapshots come into logs by load jobs; null to send them by streams
 */
public record BigQueryOptions(
    Duration tombstonesKept,
    Duration patience,
    int requestBytes,
    int requestsInFlight,
    int openLogs,
    long queryBytes,
    Clock clock,
    @Nullable Spooling spooling) {
  static final int MAX_REQUEST_BYTES = 9_800_000;

  public BigQueryOptions {
    if (tombstonesKept.isNegative() || patience.isNegative()) {
      throw new IllegalArgumentException(
          "tombstones kept %s, patience %s".formatted(tombstonesKept, patience));
    }
    if (requestBytes < 1
        || requestBytes > MAX_REQUEST_BYTES
        || requestsInFlight < 1
        || openLogs < 1
        || queryBytes < 1) {
      throw new IllegalArgumentException(
          "%d bytes a request (1 to %d), %d requests in flight, %d open logs, %d bytes a query"
              .formatted(requestBytes, MAX_REQUEST_BYTES, requestsInFlight, openLogs, queryBytes));
    }
  }

  /** Everything by streams. */
  public BigQueryOptions(
      Duration tombstonesKept,
      Duration patience,
      int requestBytes,
      int requestsInFlight,
      int openLogs,
      long queryBytes,
      Clock clock) {
    this(
        tombstonesKept,
        patience,
        requestBytes,
        requestsInFlight,
        openLogs,
        queryBytes,
        clock,
        null);
  }

  /** The same with load jobs. */
  public BigQueryOptions with(Spooling files) {
    return new BigQueryOptions(
        tombstonesKept,
        patience,
        requestBytes,
        requestsInFlight,
        openLogs,
        queryBytes,
        clock,
        files);
  }

  /** For a hub that keeps messages for so long. */
  public static BigQueryOptions forRetention(Duration retention) {
    return new BigQueryOptions(
        retention.multipliedBy(2).plusDays(1),
        Duration.ofMinutes(2),
        2_000_000,
        20,
        100,
        100L << 30,
        Clock.systemUTC());
  }
}
