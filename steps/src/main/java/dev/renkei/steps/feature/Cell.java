package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.config.FeatureConfig.Value;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that are counted together: those of a window, or of a session those of one moment, since a
 * row that is taken back may split it. Times are microseconds. Belongs to one thread.
 */
final class Cell {
  private final List<Accumulator> accumulators;
  private long from;
  private long to;
  private long rows;
  private long tick;
  private long clock = Long.MIN_VALUE;
  private long seenMillis = Long.MIN_VALUE;

  private Cell(long from, long to, List<Accumulator> accumulators) {
    this.from = from;
    this.to = to;
    this.accumulators = accumulators;
  }

  static Cell empty(Definition definition, long from, long to) {
    List<Accumulator> accumulators = new ArrayList<>();
    for (Value value : definition.feature().values()) {
      accumulators.add(
          Accumulator.of(value.function(), value.expression() == null, definition.retracts()));
    }
    return new Cell(from, to, accumulators);
  }

  long from() {
    return from;
  }

  long to() {
    return to;
  }

  long rows() {
    return rows;
  }

  /** The number of the last message that has concerned it. */
  long tick() {
    return tick;
  }

  /** The latest time of a change that has concerned it. */
  long clock() {
    return clock;
  }

  /** When that change came here. */
  Instant seen() {
    return Instant.ofEpochMilli(seenMillis);
  }

  List<Accumulator> accumulators() {
    return accumulators;
  }

  void fold(Fold fold) {
    rows += fold.sign();
    for (int i = 0; i < accumulators.size(); i++) {
      accumulators.get(i).fold(fold.sign(), fold.values().get(i), fold.at());
    }
  }

  /** Notes that a message has concerned it, or what lies beside it. */
  void touch(long number, long changedAt, Instant now) {
    tick = number;
    if (changedAt >= clock) {
      clock = changedAt;
      seenMillis = now.toEpochMilli();
    }
  }

  /** Lets its window be open again as if its last change had come now. */
  void seeAgain(Instant now) {
    seenMillis = now.toEpochMilli();
  }

  /** Takes in what another one holds. */
  void merge(Cell other) {
    from = Math.min(from, other.from);
    to = Math.max(to, other.to);
    rows += other.rows;
    tick = Math.max(tick, other.tick);
    if (other.clock > clock) {
      clock = other.clock;
      seenMillis = other.seenMillis;
    }
    for (int i = 0; i < accumulators.size(); i++) {
      accumulators.get(i).merge(other.accumulators.get(i));
    }
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(from);
    out.writeLong(to);
    out.writeLong(rows);
    out.writeLong(tick);
    out.writeLong(clock);
    out.writeLong(seenMillis);
    for (Accumulator accumulator : accumulators) {
      accumulator.write(out);
    }
  }

  static Cell read(Definition definition, DataInputStream in) throws IOException {
    Cell cell = new Cell(in.readLong(), in.readLong(), new ArrayList<>());
    cell.rows = in.readLong();
    cell.tick = in.readLong();
    cell.clock = in.readLong();
    cell.seenMillis = in.readLong();
    for (Value value : definition.feature().values()) {
      Function function = value.function();
      cell.accumulators.add(
          Accumulator.read(function, value.expression() == null, definition.retracts(), in));
    }
    return cell;
  }
}
