package dev.renkei.bigquery.standin;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** What was asked of the stand-in, in order of arrival; the oldest are forgotten. Thread-safe. */
public final class RequestLog {
  private static final int MOST = 10_000;

  private final Deque<Entry> entries = new ConcurrentLinkedDeque<>();
  private final AtomicInteger size = new AtomicInteger();

  RequestLog() {}

  /**
   * @param what such as {@code POST /bigquery/v2/projects/p/datasets} or {@code AppendRows
   *     projects/p/datasets/d/tables/t/_default}
   * @param rows of an append; 0 otherwise
   */
  public record Entry(String what, int rows) {}

  void add(String what, int rows) {
    entries.add(new Entry(what, rows));
    if (size.incrementAndGet() > MOST && entries.pollFirst() != null) {
      size.decrementAndGet();
    }
  }

  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** How many entries begin so. */
  public long count(String beginning) {
    return entries.stream().filter(e -> e.what().startsWith(beginning)).count();
  }
}
