package dev.renkei.cli.node;

import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Comparison.Kind;
import dev.renkei.loader.verify.Verification;
import dev.renkei.loader.verify.Verification.Stage;
import dev.renkei.loader.verify.Verified;
import dev.renkei.server.StatusReport;
import dev.renkei.server.VerifyRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tables to be compared one after the other, and how far that is. Thread-safe. */
final class VerifyTask {
  private static final String WAITING = "queued";
  private static final String ENDED = "ended";

  private final long number;
  private final boolean repair;
  private final List<Item> items = new ArrayList<>();
  private boolean over;

  /** One table of one warehouse; guarded by the task. */
  private static final class Item {
    final String warehouse;
    final TableName table;
    String stage = WAITING;
    long rows;
    @Nullable Outcome outcome;

    Item(String warehouse, TableName table) {
      this.warehouse = warehouse;
      this.table = table;
    }
  }

  /** What became of a table. */
  record Outcome(Verified found, StatusReport.Warehouse.Verified shown, boolean reloading) {}

  /** Compares one. */
  interface Comparing {
    Outcome compare(
        String warehouse, TableName table, boolean repair, Verification.Progress progress)
        throws InterruptedException;
  }

  VerifyTask(long number, boolean repair) {
    this.number = number;
    this.repair = repair;
  }

  long number() {
    return number;
  }

  synchronized void add(String warehouse, TableName table) {
    items.add(new Item(warehouse, table));
  }

  void run(Comparing by) throws InterruptedException {
    List<Item> all;
    synchronized (this) {
      all = List.copyOf(items);
    }
    for (Item item : all) {
      Outcome outcome =
          by.compare(
              item.warehouse, item.table, repair, (stage, rows) -> reached(item, stage, rows));
      synchronized (this) {
        item.stage = ENDED;
        item.rows = outcome.found().rows();
        item.outcome = outcome;
      }
    }
    synchronized (this) {
      over = true;
    }
  }

  private synchronized void reached(Item item, Stage stage, long rows) {
    item.stage = stage.name().toLowerCase(Locale.ROOT);
    item.rows = rows;
  }

  synchronized VerifyRun shown() {
    return new VerifyRun(
        number, over || items.isEmpty(), items.stream().map(VerifyTask::shown).toList());
  }

  private static VerifyRun.Table shown(Item item) {
    Outcome outcome = item.outcome;
    return new VerifyRun.Table(
        item.warehouse,
        item.table.toString(),
        item.stage,
        item.rows,
        outcome == null ? null : outcome.shown(),
        outcome == null
            ? List.of()
            : outcome.found().examples().stream()
                .map(
                    one ->
                        new VerifyRun.Example(
                            one.kind().name().toLowerCase(Locale.ROOT), one.key()))
                .toList(),
        outcome != null && outcome.reloading());
  }

  /**
   * A result as the status shows it.
   *
   * @param equalAt when the table was found equal before; null where it never was
   */
  static StatusReport.Warehouse.Verified shown(Verified found, @Nullable Instant equalAt) {
    return new StatusReport.Warehouse.Verified(
        found.table().toString(),
        StatusReport.Warehouse.Verified.State.valueOf(found.state().name()),
        found.ended(),
        found.rows(),
        found.leftOut(),
        found.count(Kind.MISSING),
        found.count(Kind.ONLY_IN_WAREHOUSE),
        found.count(Kind.DIFFERENT),
        found.problem(),
        found.state() == Verified.State.EQUAL ? found.ended() : equalAt);
  }
}
