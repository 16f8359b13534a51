package dev.renkei.steps.enrich;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.flow.MadeTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tables of joined events, by the schemas that were joined. Thread-safe. */
final class EnrichedTables {
  /** Behind a master's column whose name an event has already. */
  private static final String OF_MASTER = "_of_master";

  private final String source;
  private final Map<List<String>, Enriched> tables = new ConcurrentHashMap<>();

  EnrichedTables(String source) {
    this.source = source;
  }

  /**
   * A table of joined events.
   *
   * @param taken the positions of the master's columns that are taken, in their order
   */
  record Enriched(MadeTable table, int events, List<Integer> taken) {
    /**
     * A row of it.
     *
     * @param master null where none is known
     */
    Change row(int version, Change event, @Nullable Row master, Instant now) {
      Row row = Objects.requireNonNull(event.row());
      @Nullable Object[] values = new @Nullable Object[events + taken.size()];
      for (int i = 0; i < events; i++) {
        values[i] = row.value(i);
      }
      for (int i = 0; master != null && i < taken.size(); i++) {
        values[events + i] = master.value(taken.get(i));
      }
      return table.row(
          version == 1 ? ChangeType.INSERT : ChangeType.UPDATE,
          new Sequence(1, version, 0),
          values,
          now,
          event.commitTime());
    }
  }

  /**
   * The table for two schemas.
   *
   * @param master null where none is known
   */
  Enriched of(Joining joining, SchemaRecord event, @Nullable SchemaRecord master) {
    List<String> key =
        List.of(
            joining.enriched().toString(),
            event.schemaId(),
            master == null ? "" : master.schemaId());
    return tables.computeIfAbsent(
        key, k -> make(source, joining, event.schema(), master == null ? null : master.schema()));
  }

  static Enriched make(
      String source, Joining joining, TableSchema event, @Nullable TableSchema master) {
    List<Column> columns = new ArrayList<>(event.columns());
    List<Integer> taken = new ArrayList<>();
    if (master != null) {
      Set<String> names = new HashSet<>();
      columns.forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
      for (int i = 0; i < master.columns().size(); i++) {
        Column column = master.columns().get(i);
        if (isTaken(joining, column)) {
          String name = joining.join().prefix() + column.name();
          while (!names.add(name.toLowerCase(Locale.ROOT))) {
            name += OF_MASTER;
          }
          columns.add(named(column, name));
          taken.add(i);
        }
      }
    }
    return new Enriched(
        new MadeTable(source, new TableSchema(joining.enriched(), columns)),
        event.columns().size(),
        List.copyOf(taken));
  }

  private static boolean isTaken(Joining joining, Column column) {
    List<String> wanted = joining.join().columns();
    return wanted.isEmpty()
        ? !column.isKey()
        : wanted.stream().anyMatch(column.name()::equalsIgnoreCase);
  }

  private static Column named(Column column, String name) {
    return new Column(
        name,
        column.kind(),
        column.length(),
        column.precision(),
        column.scale(),
        column.collation(),
        true,
        0,
        false);
  }
}
