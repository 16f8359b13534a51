package dev.renkei.beam.warehouse;

import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.io.Serializable;
import java.time.Duration;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what has become of snapshots, by a flow's counters and in the log. */
final class SnapshotReport implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(SnapshotReport.class);

  private final Counter sweeps;
  private final Counter swept;
  private final Counter givenUp;

  SnapshotReport(String flow) {
    this.sweeps = Metrics.counter(flow, "sweeps");
    this.swept = Metrics.counter(flow, "swept_rows");
    this.givenUp = Metrics.counter(flow, "snapshots_given_up");
  }

  /**
   * It is over.
   *
   * @param rows that had vanished
   */
  void swept(SnapshotClosed closing, long rows) {
    sweeps.inc();
    swept.inc(rows);
    log.atInfo()
        .addKeyValue("table", closing.table())
        .addKeyValue("snapshot", closing.snapshot())
        .addKeyValue("rows", closing.rows())
        .addKeyValue("swept", rows)
        .log("snapshot loaded");
  }

  /** Its rows have not come. */
  void givenUp(SnapshotClosed closing, Duration patience) {
    givenUp.inc();
    log.atError()
        .addKeyValue("table", closing.table())
        .addKeyValue("snapshot", closing.snapshot())
        .log(
            "%s: rows of its snapshot have not arrived within %s, so rows that vanished at the source stay. Load it again with `renkei reload %s`."
                .formatted(closing.table(), patience, closing.table()));
  }
}
