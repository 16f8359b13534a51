package dev.renkei.loader.verify;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.source.SourceRows;
import dev.renkei.core.source.SourceRows.ReadRow;
import dev.renkei.core.source.SourceRows.Standing;
import dev.renkei.core.source.SourceRowsException;
import dev.renkei.core.warehouse.Comparison;
import dev.renkei.core.warehouse.Comparison.Difference;
import dev.renkei.core.warehouse.Comparison.Kind;
import dev.renkei.core.warehouse.ComparisonRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.verify.Arrivals.NotArrivedException;
import dev.renkei.loader.verify.Verified.Example;
import dev.renkei.loader.verify.Verified.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares tables of a source with a warehouse that is being loaded (SEMANTICS 27). Each table is
 * read while it changes; when the warehouse has what was there at the end of the reading, the two
 * are compared. What differs is looked at a second time, by its keys, and counts if it differs
 * then; a row that is written to during a look never counts in it.
 */
public final class Verification {
  private static final int PAGE = 500;
  private static final int SNAPSHOT = 1;

  private final SourceRows source;
  private final String sourceName;
  private final Warehouse warehouse;
  private final Arrivals arrivals;
  private final Clock clock;
  private final Progress progress;

  /** Told where a comparison is. Called on its thread: be brief. */
  public interface Progress {
    /**
     * @param rows of the source, so far
     */
    void at(Stage stage, long rows);
  }

  /** What a comparison does. */
  public enum Stage {
    READING,
    WAITING,
    COMPARING,
    LOOKING_AGAIN
  }

  /**
   * @param sourceName as configured
   */
  public Verification(
      SourceRows source,
      String sourceName,
      Warehouse warehouse,
      Arrivals arrivals,
      Clock clock,
      Progress progress) {
    this.source = source;
    this.sourceName = sourceName;
    this.warehouse = warehouse;
    this.arrivals = arrivals;
    this.clock = clock;
    this.progress = progress;
  }

  /** Compares a table; whatever hinders it is told in the result. */
  public Verified run(TableName table) throws InterruptedException {
    Run run = new Run(table);
    try {
      return run.run();
    } catch (RefusedException e) {
      return run.unfinished(State.REFUSED, e);
    } catch (SourceRowsException e) {
      return run.unfinished(e.isRefused() ? State.REFUSED : State.FAILED, e);
    } catch (ComparisonRefusedException e) {
      return run.unfinished(State.REFUSED, e);
    } catch (WarehouseException | NotArrivedException | HubException e) {
      return run.unfinished(State.FAILED, e);
    }
  }

  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** One table. */
  private final class Run {
    private final TableName table;
    private final Instant begun = clock.instant();
    private long rows;
    private long leftOut;

    Run(TableName table) {
      this.table = table;
    }

    Verified run()
        throws SourceRowsException,
            WarehouseException,
            NotArrivedException,
            HubException,
            RefusedException,
            InterruptedException {
      progress.at(Stage.READING, 0);
      Standing first = source.look(table);
      int epoch = epoch(first);
      SchemaRecord schema =
          new SchemaRecord(
              sourceName,
              first.schemaId(),
              first.schema(),
              new Sequence(epoch, first.version(), SNAPSHOT));
      try (Comparison comparison = warehouse.compare(schema)) {
        source.all(first, some -> add(comparison, some, first, epoch, true));
        judge(comparison, first, epoch);
        if (!comparison.differences(null, 1).isEmpty()) {
          lookAgain(comparison, first, epoch);
        }
        return result(comparison);
      }
    }

    private int epoch(Standing standing)
        throws HubException, NotArrivedException, RefusedException, InterruptedException {
      Ground ground = arrivals.ground(standing);
      if (ground instanceof Ground.Firm firm) {
        return firm.epoch();
      }
      if (ground instanceof Ground.NeverWhole) {
        throw new RefusedException(
            "%s was begun with `start: latest`, without the rows of before. `renkei reload %s` brings them."
                .formatted(table, table));
      }
      throw new NotArrivedException(
          ground instanceof Ground.Loading
              ? table + " is being loaded. Compare it when that has ended."
              : table
                  + " is followed by no tracker as it is now. `renkei status` shows why; trackers must run.");
    }

    private void lookAgain(Comparison comparison, Standing first, int epoch)
        throws SourceRowsException,
            WarehouseException,
            NotArrivedException,
            HubException,
            InterruptedException {
      progress.at(Stage.LOOKING_AGAIN, rows);
      Standing second = source.look(table);
      refuseAnother(first, second);
      List<Difference> page = comparison.differences(null, PAGE);
      while (!page.isEmpty()) {
        source.some(second, keys(page), some -> add(comparison, some, second, epoch, false));
        page = comparison.differences(page.get(page.size() - 1).key(), PAGE);
      }
      judge(comparison, second, epoch);
    }

    private void add(
        Comparison comparison, List<ReadRow> some, Standing at, int epoch, boolean counted)
        throws WarehouseException {
      Instant now = clock.instant();
      Change.Poll poll = new Change.Poll(now, now, Duration.ZERO);
      Sequence sequence = new Sequence(epoch, at.version(), SNAPSHOT);
      List<Change> changes = new ArrayList<>(some.size());
      for (ReadRow row : some) {
        changes.add(
            new Change(
                sourceName,
                table,
                ChangeType.SNAPSHOT_ROW,
                sequence,
                at.schemaId(),
                row.key(),
                row.keyValues(),
                row.row(),
                null,
                null,
                poll));
      }
      comparison.add(changes);
      if (counted) {
        rows += some.size();
        progress.at(Stage.READING, rows);
      }
    }

    /** Compares what was read since {@code from}, and leaves out what changed since. */
    private void judge(Comparison comparison, Standing from, int epoch)
        throws SourceRowsException,
            WarehouseException,
            NotArrivedException,
            HubException,
            InterruptedException {
      Standing end = source.look(table);
      refuseAnother(from, end);
      progress.at(Stage.WAITING, rows);
      arrivals.await(end, epoch);
      progress.at(Stage.COMPARING, rows);
      comparison.compare();
      // Asked afterwards: whatever the warehouse had of later changes is among them.
      Look look = new Look(epoch, from.version());
      List<Difference> page = comparison.differences(null, PAGE);
      while (!page.isEmpty()) {
        RowKey last = page.get(page.size() - 1).key();
        leaveOut(comparison, look, from, page);
        page = comparison.differences(last, PAGE);
      }
      refuseAnother(end, source.look(table));
    }

    private void leaveOut(Comparison comparison, Look look, Standing from, List<Difference> page)
        throws SourceRowsException, WarehouseException, InterruptedException {
      List<RowKey> unsure =
          page.stream().filter(one -> !look.isNewerInWarehouse(one)).map(Difference::key).toList();
      Set<RowKey> changed =
          unsure.isEmpty() ? Set.of() : source.changed(from, look.since(), unsure);
      Set<RowKey> late = new HashSet<>();
      for (Difference one : page) {
        if (look.mayBeLate(one, changed.contains(one.key()))) {
          late.add(one.key());
        }
      }
      comparison.leaveOut(late);
      leftOut += late.size();
    }

    private void refuseAnother(Standing before, Standing now) throws NotArrivedException {
      if (!before.isSameTable(now)) {
        throw new NotArrivedException(
            "%s: the table was changed while it was compared. Compare it again.".formatted(table));
      }
    }

    private Verified result(Comparison comparison) throws WarehouseException {
      Map<Kind, Long> counts = new EnumMap<>(Kind.class);
      List<Example> examples = new ArrayList<>();
      List<Difference> page = comparison.differences(null, PAGE);
      while (!page.isEmpty()) {
        for (Difference one : page) {
          if (counts.merge(one.kind(), 1L, Long::sum) <= Verified.EXAMPLES_PER_KIND) {
            examples.add(new Example(one.kind(), one.key().folded()));
          }
        }
        page = comparison.differences(page.get(page.size() - 1).key(), PAGE);
      }
      return new Verified(
          table,
          counts.isEmpty() ? State.EQUAL : State.DIFFERENT,
          begun,
          clock.instant(),
          rows,
          leftOut,
          counts,
          examples,
          null);
    }

    Verified unfinished(State state, Exception e) {
      return new Verified(
          table,
          state,
          begun,
          clock.instant(),
          rows,
          leftOut,
          Map.of(),
          List.of(),
          String.valueOf(e.getMessage()));
    }
  }

  private static List<RowKey> keys(List<Difference> page) {
    return page.stream().map(Difference::key).toList();
  }
}
