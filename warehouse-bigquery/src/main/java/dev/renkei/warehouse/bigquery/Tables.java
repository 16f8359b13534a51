package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.Routine;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what is missing in BigQuery, adopts what is there, and adds columns. */
final class Tables {
  private static final Logger log = LoggerFactory.getLogger(Tables.class);
  private static final int TRIES = 5;

  private final WarehouseConfig.BigQuery config;
  private final BigQueryOptions options;
  private final Rest rest;
  private final Connections connections;
  private final Sentences sentences;
  private final TableResources resources;

  Tables(
      WarehouseConfig.BigQuery config,
      BigQueryOptions options,
      Rest rest,
      Connections connections) {
    this.config = config;
    this.options = options;
    this.rest = rest;
    this.connections = connections;
    this.sentences = new Sentences(config);
    this.resources = new TableResources(config);
  }

  /** The dataset and the warehouse's own tables. */
  void makeOwn() throws WarehouseException {
    Dataset dataset = rest.dataset();
    if (dataset == null) {
      rest.insert(resources.dataset());
    } else {
      Optional<String> misplaced = misplaced(config, dataset);
      if (misplaced.isPresent()) {
        throw new WarehouseException(misplaced.get());
      }
    }
    makeOwn(OwnTables.POSITIONS, OwnTables.positionFields(), "Renkei: where loading stands");
    makeOwn(OwnTables.TABLES, OwnTables.tableFields(), "Renkei: what is known of tables");
    makeOwn(OwnTables.SPOOLS, OwnTables.spoolFields(), "Renkei: files that wait to be loaded");
  }

  /** That a dataset lies elsewhere than configured; empty where it does not. */
  static Optional<String> misplaced(WarehouseConfig.BigQuery config, Dataset dataset) {
    String location = dataset.getLocation();
    if (location == null || location.equalsIgnoreCase(config.location())) {
      return Optional.empty();
    }
    return Optional.of(
        "warehouse %s: the dataset %s.%s lies in %s, and `location` says %s. Set `location: %s`, or name another dataset."
            .formatted(
                config.name(),
                config.project(),
                config.dataset(),
                location,
                config.location(),
                location));
  }

  private void makeOwn(String id, List<TableFieldSchema> fields, String description)
      throws WarehouseException {
    if (rest.table(id) == null) {
      rest.insert(resources.keyed(id, fields, description));
    }
  }

  /** The table as it is in BigQuery; null where it is not. */
  @Nullable StoredTable read(String source, TableName name) throws WarehouseException {
    String id = Names.table(config, name);
    Table upserts = rest.table(Names.upserts(id));
    return upserts == null
        ? null
        : new StoredTable(source, name, id, Adoption.sourceFields(upserts));
  }

  /** Returns when rows of the table, as it is to be, can be written. */
  void ensure(StoredTable table, Set<String> keyColumns) throws WarehouseException {
    boolean waits = ensure(table, resources.upserts(table, keyColumns), true);
    waits |= ensure(table, resources.log(table, keyColumns), false);
    views(table);
    if (waits) {
      awaitFields(table, Names.upserts(table.id()));
      awaitFields(table, Names.log(table.id()));
    }
  }

  /** Whether columns were added to a table that was there. */
  private boolean ensure(StoredTable table, Table wanted, boolean isUpserts)
      throws WarehouseException {
    String id = wanted.getTableReference().getTableId();
    for (int tries = 1; tries <= TRIES; tries++) {
      Table there = rest.table(id);
      if (there == null) {
        if (rest.insert(wanted) != null) {
          return false;
        }
        continue;
      }
      refuseUnfit(table, there, isUpserts);
      List<TableFieldSchema> missing = missing(table, there);
      if (missing.isEmpty()) {
        return false;
      }
      if (patch(id, there, missing)) {
        return true;
      }
    }
    throw new WarehouseException(
        "%s: %s is altered by somebody else all the time; columns cannot be added. Let one loader run at a time."
            .formatted(table.name(), id));
  }

  /** Why what is there cannot be used as a table, a sentence each; makes nothing. */
  List<String> refusals(StoredTable table) throws WarehouseException {
    List<String> refusals = new ArrayList<>();
    for (boolean isUpserts : new boolean[] {true, false}) {
      Table there = rest.table(isUpserts ? Names.upserts(table.id()) : Names.log(table.id()));
      if (there != null) {
        try {
          refuseUnfit(table, there, isUpserts);
          List<TableFieldSchema> unused = missing(table, there);
        } catch (SchemaRefusedException e) {
          refusals.add(String.valueOf(e.getMessage()));
        }
      }
    }
    for (String id : List.of(table.id(), Names.changes(table.id()), Names.latest(table.id()))) {
      Table there = rest.table(id);
      if (there != null && there.getView() == null) {
        refusals.add(noView(table, id));
      }
    }
    return refusals;
  }

  private void refuseUnfit(StoredTable table, Table there, boolean isUpserts)
      throws SchemaRefusedException {
    List<String> faults = isUpserts ? Adoption.faultsOfUpserts(there) : Adoption.faultsOfLog(there);
    if (!faults.isEmpty()) {
      throw new SchemaRefusedException(
          "%s: %s.%s.%s is there already and cannot be used: %s. Rename or drop it, or change `table` of the warehouse; Renkei alters no table beyond adding columns."
              .formatted(
                  table.name(),
                  config.project(),
                  config.dataset(),
                  there.getTableReference().getTableId(),
                  String.join("; ", faults)));
    }
  }

  private String noView(StoredTable table, String id) {
    return "%s: %s.%s.%s is there already and is no view. Rename or drop it, or change `table` of the warehouse."
        .formatted(table.name(), config.project(), config.dataset(), id);
  }

  private List<TableFieldSchema> missing(StoredTable table, Table there)
      throws SchemaRefusedException {
    List<TableFieldSchema> missing = new ArrayList<>();
    for (Field field : table.fields()) {
      TableFieldSchema existing = Adoption.fieldNamed(there, field.name()).orElse(null);
      if (existing == null) {
        missing.add(resources.field(table.name(), field));
      } else if (Adoption.typeOf(existing) != field.type()) {
        throw new SchemaRefusedException(
            "%s: column %s of %s is %s in BigQuery, which does not hold the source's values; they need %s. Rename or drop the table there, and load it again with `renkei reload %s`."
                .formatted(
                    table.name(),
                    field.name(),
                    there.getTableReference().getTableId(),
                    existing.getType(),
                    field.type(),
                    table.name()));
      }
    }
    return missing;
  }

  /** False where somebody was faster. */
  private boolean patch(String id, Table there, List<TableFieldSchema> missing)
      throws WarehouseException {
    List<TableFieldSchema> fields = new ArrayList<>(Adoption.fieldsOf(there));
    fields.addAll(missing);
    try {
      Table patch = new Table().setSchema(new TableSchema().setFields(fields));
      if (rest.patch(id, patch, there.getEtag()) == null) {
        return false;
      }
    } catch (WarehouseException e) {
      if (Rest.isPrecondition(e)) {
        return false;
      }
      throw e;
    }
    log.atInfo()
        .addKeyValue("table", id)
        .addKeyValue("columns", missing.stream().map(TableFieldSchema::getName).toList())
        .log("columns added");
    return true;
  }

  private void views(StoredTable table) throws WarehouseException {
    TableSql sql = new TableSql(config, table);
    view(table, table.id(), sql.current());
    view(table, Names.changes(table.id()), sql.changes());
    view(table, Names.latest(table.id()), sql.latest());
    function(table);
  }

  private void view(StoredTable table, String id, String sql) throws WarehouseException {
    Table there = rest.table(id);
    if (there == null) {
      rest.insert(
          resources.view(id, sql).setDescription(new TableSql(config, table).description()));
    } else if (there.getView() == null) {
      throw new SchemaRefusedException(noView(table, id));
    } else if (!sql.equals(there.getView().getQuery())) {
      rest.patch(id, new Table().setView(resources.view(id, sql).getView()), null);
    }
  }

  private void function(StoredTable table) throws WarehouseException {
    Routine wanted = resources.asOf(table);
    String id = wanted.getRoutineReference().getRoutineId();
    Routine there = rest.routine(id);
    if (there == null) {
      rest.insert(wanted);
    } else if (!wanted.getDefinitionBody().equals(there.getDefinitionBody())) {
      rest.update(id, wanted);
    }
  }

  /** New columns reach the write streams some time after the table. */
  private void awaitFields(StoredTable table, String id) throws WarehouseException {
    String what = table.name() + ": rows with new columns cannot be written";
    Set<String> wanted = new HashSet<>();
    table.fields().forEach(f -> wanted.add(f.name().toLowerCase(Locale.ROOT)));
    Patience patience = new Patience(options.patience());
    Fault fault = new Fault.Passing("the write stream does not have the new columns yet");
    try {
      do {
        try {
          if (namesOf(connections.defaultStream(connections.tablePath(id))).containsAll(wanted)) {
            return;
          }
        } catch (RuntimeException e) {
          fault = Fault.ofWrite(e);
          if (!(fault instanceof Fault.Passing)) {
            throw sentences.of(what, fault, e);
          }
        }
      } while (patience.pause());
    } catch (InterruptedException e) {
      throw sentences.interrupted(what);
    }
    throw sentences.of(what, fault, new IOException("columns are missing"));
  }

  private static Set<String> namesOf(WriteStream stream) {
    Set<String> names = new HashSet<>();
    stream
        .getTableSchema()
        .getFieldsList()
        .forEach(f -> names.add(f.getName().toLowerCase(Locale.ROOT)));
    return names;
  }
}
