package dev.renkei.sqlserver;

import dev.renkei.core.hub.TableAssignment;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which tables are this tracker's, where trackers share them, and what was wished for the others.
 * The poller's own, but for the news that tables have come or gone.
 */
final class OwnTables {
  /**
   * So long after a wish for another tracker's table it is fulfilled here should the table come
   * before that tracker has written it down: much longer than a takeover takes.
   */
  private static final Duration WISHES_KEPT = Duration.ofMinutes(5);

  /** So long the source is tried before its tables are left to trackers that may reach it. */
  private static final Duration UNREACHED = Duration.ofSeconds(15);

  private final TableAssignment assignment;
  private final String source;
  private final AtomicBoolean news = new AtomicBoolean();
  private final Map<TableName, Long> terms = new HashMap<>();
  private final Map<TableName, Wished> wishes = new HashMap<>();

  /**
   * Somebody wants a table loaded that is not this tracker's.
   *
   * @param last the highest number that a snapshot of the table had then
   */
  private record Wished(int last, Instant at) {}

  OwnTables(TableAssignment assignment, String source) {
    this.assignment = assignment;
    this.source = source;
  }

  /** Whoever is told that tables have come or gone. */
  void onNews(Runnable told) {
    assignment.onChange(
        () -> {
          news.set(true);
          told.run();
        });
  }

  /** Whether tables have come or gone since this was asked last. */
  boolean hasNews() {
    return news.getAndSet(false);
  }

  /** The source answers. */
  void reached() {
    assignment.join();
  }

  /** The source has not answered for so long: others may reach it. */
  void missed(Duration since) {
    if (since.compareTo(UNREACHED) > 0) {
      assignment.stepBack();
    }
  }

  /** Whether no other tracker has a table that is this one's. */
  boolean areExclusive() {
    return assignment.isExclusive();
  }

  boolean isMine(TableName table) {
    return assignment.term(source, table).isPresent();
  }

  /** Takes a table if it is this tracker's; whatever was known of it is of an earlier time. */
  boolean take(TableName table) {
    OptionalLong term = assignment.term(source, table);
    term.ifPresent(since -> terms.put(table, since));
    return term.isPresent();
  }

  /** Whether a table that was taken is still this tracker's, without having been away. */
  boolean keeps(TableName table) {
    OptionalLong term = assignment.term(source, table);
    return term.isPresent() && term.getAsLong() == terms.getOrDefault(table, 0L);
  }

  // ---- wishes for tables of others ----

  void wished(TableName table, int last, Instant now) {
    wishes.put(table, new Wished(last, now));
  }

  boolean hasWish(TableName table) {
    return wishes.containsKey(table);
  }

  /**
   * Whether a table that was taken must be loaded, since its former tracker was gone before it had
   * written the wish down. Asked once.
   *
   * @param last the highest number that a snapshot of the table has had by now
   */
  boolean owes(TableName table, int last, Instant now) {
    Wished wished = wishes.remove(table);
    return wished != null && last <= wished.last() && wished.at().plus(WISHES_KEPT).isAfter(now);
  }
}
