package dev.renkei.steps.feature;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one window of one key, or of the sessions of a key. Each message makes another
 * one of it, and the one before is not to be used any more. Belongs to one thread.
 */
public final class WindowState {
  /** Moments of which a key's sessions can still be split, all together. */
  static final int SPLITTABLE = 1_024;

  private final Definition definition;
  private final List<Object> key;
  private final List<Cell> cells;
  private final TreeMap<Long, Told> told;
  private String schemaId;
  private long folded;
  private Instant due;
  private Instant keptUntil;

  /**
   * The row that was told last of a window.
   *
   * @param end of the window, in microseconds
   * @param tick of the window then
   * @param atMillis when it was told
   */
  record Told(long end, long tick, boolean isFinal, long atMillis) {}

  /**
   * A window as it is now.
   *
   * @param tick the number of the last message that has concerned it
   * @param clock the latest time of a change that has concerned it, in microseconds
   * @param seen when that came here
   */
  record Frame(
      long start, long end, long rows, long tick, long clock, Instant seen, List<Cell> cells) {}

  WindowState(
      Definition definition,
      List<Object> key,
      String schemaId,
      long folded,
      Instant due,
      Instant keptUntil,
      List<Cell> cells,
      Map<Long, Told> told) {
    this.definition = definition;
    this.key = List.copyOf(key);
    this.schemaId = schemaId;
    this.folded = folded;
    this.due = due;
    this.keptUntil = keptUntil;
    this.cells = new ArrayList<>(cells);
    this.told = new TreeMap<>(told);
  }

  static WindowState empty(Definition definition, Fold fold, String schemaId) {
    return new WindowState(
        definition, fold.key(), schemaId, 0, Instant.EPOCH, Instant.EPOCH, List.of(), Map.of());
  }

  /** The same, as another value: engines keep what is another. */
  WindowState again(Instant nextDue) {
    return new WindowState(definition, key, schemaId, folded, nextDue, keptUntil, cells, told);
  }

  Definition definition() {
    return definition;
  }

  List<Object> key() {
    return key;
  }

  String schemaId() {
    return schemaId;
  }

  /** How many messages it was made of. */
  long folded() {
    return folded;
  }

  /** When it last wanted to be asked. */
  Instant due() {
    return due;
  }

  /** Until when it is needed, whether it has windows or not. */
  Instant keptUntil() {
    return keptUntil;
  }

  List<Cell> cells() {
    return cells;
  }

  /** The rows that were told, by the start of their window. */
  TreeMap<Long, Told> told() {
    return told;
  }

  void fold(Fold fold, String schema, Instant now) {
    schemaId = schema;
    folded++;
    keepUntil(WindowsStep.closes(definition.feature(), fold.span().end(), fold.changedAt(), now));
    Long gap = Windowing.of(definition.feature()).gap();
    if (gap == null) {
      if (cells.isEmpty()) {
        cells.add(Cell.empty(definition, fold.span().start(), fold.span().end()));
      }
      cells.get(0).fold(fold);
      cells.get(0).touch(folded, fold.changedAt(), now);
    } else {
      foldSession(fold, gap, now);
    }
  }

  private void keepUntil(Instant closes) {
    Instant until = Instant.ofEpochMilli(closes.plus(definition.feature().keep()).toEpochMilli());
    keptUntil = until.isAfter(keptUntil) ? until : keptUntil;
  }

  private void foldSession(Fold fold, long gap, Instant now) {
    long at = fold.at().micros();
    int position = 0;
    while (position < cells.size() && cells.get(position).to() < at) {
      position++;
    }
    if (position == cells.size() || cells.get(position).from() > at) {
      cells.add(position, Cell.empty(definition, at, at));
    }
    cells.get(position).fold(fold);
    for (int beside = position - 1; beside <= position + 1; beside++) {
      if (beside >= 0 && beside < cells.size()) {
        touchWithin(cells.get(beside), at, gap, fold, now);
      }
    }
    if (cells.get(position).rows() == 0) {
      cells.remove(position);
    }
    compact(gap);
  }

  private void touchWithin(Cell cell, long at, long gap, Fold fold, Instant now) {
    if (cell.from() - at < gap && at - cell.to() < gap) {
      cell.touch(folded, fold.changedAt(), now);
    }
  }

  /** Moments of one session that cannot be told apart for ever. */
  private void compact(long gap) {
    int most = definition.retracts() ? SPLITTABLE : 0;
    int i = 0;
    while (cells.size() > most && i + 1 < cells.size()) {
      if (isOneSession(cells.get(i), cells.get(i + 1), gap)) {
        cells.get(i).merge(cells.remove(i + 1));
      } else {
        i++;
      }
    }
  }

  private static boolean isOneSession(Cell one, Cell next, long gap) {
    return next.from() - one.to() < gap;
  }

  /** The windows, by their start; without those of no rows of which nothing was told. */
  List<Frame> frames() {
    Long gap = Windowing.of(definition.feature()).gap();
    List<Frame> frames = new ArrayList<>();
    List<Cell> together = new ArrayList<>();
    for (Cell cell : cells) {
      boolean continues =
          gap != null
              && !together.isEmpty()
              && isOneSession(together.get(together.size() - 1), cell, gap);
      if (!continues && !together.isEmpty()) {
        frames.add(frame(together, gap));
        together = new ArrayList<>();
      }
      together.add(cell);
    }
    if (!together.isEmpty()) {
      frames.add(frame(together, gap));
    }
    return frames;
  }

  private static Frame frame(List<Cell> cells, @Nullable Long gap) {
    Cell last = cells.get(0);
    long rows = 0;
    long tick = 0;
    long end = Long.MIN_VALUE;
    for (Cell cell : cells) {
      rows += cell.rows();
      tick = Math.max(tick, cell.tick());
      end = Math.max(end, cell.to());
      last = cell.clock() > last.clock() ? cell : last;
    }
    return new Frame(
        cells.get(0).from(),
        gap == null ? end : end + gap,
        rows,
        tick,
        last.clock(),
        last.seen(),
        List.copyOf(cells));
  }

  /** Lets a window go. */
  void forget(Frame frame) {
    cells.removeAll(frame.cells());
    told.remove(frame.start());
  }

  /** The values of a window, in the order of the table's columns behind the window's end. */
  @Nullable Object[] results(Frame frame, TableSchema table) {
    Cell all = frame.cells().get(0);
    if (frame.cells().size() > 1) {
      all = Cell.empty(definition, frame.start(), frame.start());
      for (Cell cell : frame.cells()) {
        all.merge(cell);
      }
    }
    int values = all.accumulators().size();
    @Nullable Object[] results = new @Nullable Object[values];
    for (int i = 0; i < values; i++) {
      Column column = table.columns().get(key.size() + 2 + i);
      results[i] = all.accumulators().get(i).result(column);
    }
    return results;
  }
}
