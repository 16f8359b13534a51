package dev.renkei.core.hub;

import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The chunks of a snapshot that the hub holds, in their order; equal neighbours are one run, so
 * that the many of a large table stay small. As text: {@code 1x50000*12,2x50000,1x713}, attempt by
 * rows and, where they are several, how many.
 */
public record ChunksDone(List<Run> runs) {
  public static final ChunksDone NONE = new ChunksDone(List.of());

  /** So many chunks in a row, each of that attempt and with that many rows. */
  public record Run(int attempt, long rows, int count) {
    public Run {
      if (attempt < 1 || rows < 0 || count < 1) {
        throw new IllegalArgumentException(
            "%d chunks of attempt %d with %d rows".formatted(count, attempt, rows));
      }
    }
  }

  public ChunksDone {
    runs = List.copyOf(runs);
  }

  public ChunksDone plus(int attempt, long rows) {
    List<Run> more = new ArrayList<>(runs);
    Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (last != null && last.attempt() == attempt && last.rows() == rows) {
      more.set(runs.size() - 1, new Run(attempt, rows, last.count() + 1));
    } else {
      more.add(new Run(attempt, rows, 1));
    }
    return new ChunksDone(more);
  }

  public int count() {
    return runs.stream().mapToInt(Run::count).sum();
  }

  public long rows() {
    return runs.stream().mapToLong(run -> run.rows() * run.count()).sum();
  }

  /** As the closing message names them. */
  public List<SnapshotClosed.Chunk> chunks() {
    List<SnapshotClosed.Chunk> chunks = new ArrayList<>();
    for (Run run : runs) {
      chunks.addAll(
          Collections.nCopies(run.count(), new SnapshotClosed.Chunk(run.attempt(), run.rows())));
    }
    return chunks;
  }

  /**
   * Reads the text back.
   *
   * @throws IllegalArgumentException where it is not of this form
   */
  public static ChunksDone parse(String text) {
    List<Run> runs = new ArrayList<>();
    if (text.isEmpty()) {
      return NONE;
    }
    for (String run : text.split(",", -1)) {
      int x = run.indexOf('x');
      int times = run.indexOf('*');
      if (x < 0) {
        throw new IllegalArgumentException("not a run of chunks: " + run);
      }
      runs.add(
          new Run(
              Integer.parseInt(run.substring(0, x)),
              Long.parseLong(run.substring(x + 1, times < 0 ? run.length() : times)),
              times < 0 ? 1 : Integer.parseInt(run.substring(times + 1))));
    }
    return new ChunksDone(runs);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Run run : runs) {
      text.append(text.isEmpty() ? "" : ",").append(run.attempt()).append('x').append(run.rows());
      if (run.count() > 1) {
        text.append('*').append(run.count());
      }
    }
    return text.toString();
  }
}
