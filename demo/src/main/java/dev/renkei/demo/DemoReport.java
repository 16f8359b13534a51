package dev.renkei.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What {@code renkei demo --json} says: the fields of the contract, in its order.
 *
 * @param seconds how long the writer wrote
 * @param snapshotRows rows that the hub had from snapshots
 * @param committed changes in the writer's ledger
 * @param collapsed changes that Change Tracking folded before anybody could read them
 * @param superseded versions that one tracker read after the other had delivered a newer one
 * @param uses of the data beside the warehouse; the field is left out where there were none
 * @param lost keys whose final row or version is missing or different
 */
public record DemoReport(
    long seed,
    double seconds,
    int tables,
    int trackers,
    List<Killed> killed,
    long snapshotRows,
    long committed,
    long collapsed,
    long superseded,
    long delivered,
    long rawMessages,
    long duplicatesRemoved,
    long lost,
    long duplicated,
    long deadLetters,
    Latency latency,
    double rowsPerSecond,
    Verify verify,
    Resources resources,
    List<UseProof> uses,
    int exitCode) {
  /** The version of this shape. */
  public static final int FORMAT = 1;

  /** Differences were found. */
  public static final int EXIT_DIFFERENCES = 6;

  private static final JsonFactory JSON = new JsonFactory();

  public DemoReport {
    killed = List.copyOf(killed);
    uses = List.copyOf(uses);
  }

  /**
   * A process that was killed by force.
   *
   * @param role for example {@code tracker-b}
   * @param atSeconds after the writer's start
   */
  public record Killed(String role, long pid, double atSeconds) {}

  /** Milliseconds from the writer's commit to being visible, and how many changes that counts. */
  public record Latency(double p50, double p95, double p99, long samples) {}

  /**
   * Source against warehouse, all columns of all rows.
   *
   * @param rows of the source
   * @param throughVersion Change Tracking's current version when they were compared
   */
  public record Verify(boolean equal, int tables, long rows, long throughVersion) {}

  /** Of all processes together. */
  public record Resources(double cpuSeconds, long peakRssMib) {}

  /**
   * What only who ran the demo knows.
   *
   * @param seconds how long the writer wrote
   * @param uses of the data, beside the warehouse, and what they came to; empty where there were
   *     none
   */
  public record Run(
      long seed,
      double seconds,
      int trackers,
      List<Killed> killed,
      long deadLetters,
      Resources resources,
      List<UseProof> uses) {
    public Run {
      killed = List.copyOf(killed);
      uses = List.copyOf(uses);
    }
  }

  /**
   * The report of a run whose proof found this. {@code exit_code} is 6 where there is a difference
   * or the sums do not balance, else 0.
   */
  public static DemoReport of(Run run, Evidence evidence) {
    return new DemoReport(
        run.seed(),
        run.seconds(),
        evidence.verify().tables(),
        run.trackers(),
        run.killed(),
        evidence.snapshotRows(),
        evidence.committed(),
        evidence.collapsed(),
        evidence.superseded(),
        evidence.delivered(),
        evidence.rawMessages(),
        evidence.duplicatesRemoved(),
        evidence.lost(),
        evidence.duplicated(),
        run.deadLetters(),
        evidence.latency(),
        run.seconds() > 0 ? evidence.delivered() / run.seconds() : 0,
        evidence.verify(),
        run.resources(),
        run.uses(),
        evidence.isFine() && run.uses().stream().allMatch(UseProof::isFine) ? 0 : EXIT_DIFFERENCES);
  }

  /** One object on one line. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("format", FORMAT);
    json.writeNumberField("seed", seed);
    json.writeNumberField("seconds", rounded(seconds));
    json.writeNumberField("tables", tables);
    json.writeNumberField("trackers", trackers);
    json.writeArrayFieldStart("killed");
    for (Killed process : killed) {
      json.writeStartObject();
      json.writeStringField("role", process.role());
      json.writeNumberField("pid", process.pid());
      json.writeNumberField("at_seconds", rounded(process.atSeconds()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("snapshot_rows", snapshotRows);
    json.writeNumberField("committed", committed);
    json.writeNumberField("collapsed", collapsed);
    json.writeNumberField("superseded", superseded);
    json.writeNumberField("delivered", delivered);
    json.writeNumberField("raw_messages", rawMessages);
    json.writeNumberField("duplicates_removed", duplicatesRemoved);
    json.writeNumberField("lost", lost);
    json.writeNumberField("duplicated", duplicated);
    json.writeNumberField("dead_letters", deadLetters);
    json.writeObjectFieldStart("latency_ms");
    json.writeNumberField("p50", rounded(latency.p50()));
    json.writeNumberField("p95", rounded(latency.p95()));
    json.writeNumberField("p99", rounded(latency.p99()));
    json.writeNumberField("samples", latency.samples());
    json.writeEndObject();
    json.writeNumberField("rows_per_second", rounded(rowsPerSecond));
    json.writeObjectFieldStart("verify");
    json.writeBooleanField("equal", verify.equal());
    json.writeNumberField("tables", verify.tables());
    json.writeNumberField("rows", verify.rows());
    json.writeNumberField("through_version", verify.throughVersion());
    json.writeEndObject();
    json.writeObjectFieldStart("resources");
    json.writeNumberField("cpu_seconds", rounded(resources.cpuSeconds()));
    json.writeNumberField("peak_rss_mib", resources.peakRssMib());
    json.writeEndObject();
    if (!uses.isEmpty()) {
      json.writeArrayFieldStart("uses");
      for (UseProof use : uses) {
        json.writeStartObject();
        json.writeStringField("name", use.name());
        json.writeNumberField("checked", use.checked());
        json.writeNumberField("different", use.different());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeNumberField("exit_code", exitCode);
    json.writeEndObject();
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
