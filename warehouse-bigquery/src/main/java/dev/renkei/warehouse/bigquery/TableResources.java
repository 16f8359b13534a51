package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.Argument;
import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.DatasetReference;
import com.google.api.services.bigquery.model.Routine;
import com.google.api.services.bigquery.model.RoutineReference;
import com.google.api.services.bigquery.model.StandardSqlDataType;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableConstraints;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import com.google.api.services.bigquery.model.ViewDefinition;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tables, views and functions as the REST interface takes them. */
record TableResources(WarehouseConfig.BigQuery config) {
  static final String KEY = "_key";
  static final String PARTITION = "_loaded_at";

  Dataset dataset() {
    return new Dataset()
        .setDatasetReference(
            new DatasetReference().setProjectId(config.project()).setDatasetId(config.dataset()))
        .setLocation(config.location())
        .setLabels(config.labels())
        .setDescription("Renkei: warehouse " + config.name());
  }

  Table upserts(StoredTable table, Set<String> keyColumns) {
    return keyed(
            Names.upserts(table.id()),
            fields(table, OwnColumns.OF_UPSERTS, keyColumns),
            new TableSql(config, table).description())
        .setMaxStaleness(interval(config.maxStaleness()));
  }

  Table log(StoredTable table, Set<String> keyColumns) {
    return base(Names.log(table.id()))
        .setDescription(new TableSql(config, table).description())
        .setSchema(new TableSchema().setFields(fields(table, OwnColumns.OF_LOG, keyColumns)))
        .setTimePartitioning(new TimePartitioning().setType("DAY").setField(PARTITION))
        .setClustering(new Clustering().setFields(List.of(KEY)));
  }

  /** A table that takes upserts by {@code _key}. */
  Table keyed(String id, List<TableFieldSchema> fields, String description) {
    return base(id)
        .setDescription(description)
        .setSchema(new TableSchema().setFields(fields))
        .setClustering(new Clustering().setFields(List.of(KEY)))
        .setTableConstraints(
            new TableConstraints()
                .setPrimaryKey(new TableConstraints.PrimaryKey().setColumns(List.of(KEY))));
  }

  Table view(String id, String sql) {
    return base(id).setView(new ViewDefinition().setQuery(sql).setUseLegacySql(false));
  }

  Routine asOf(StoredTable table) {
    return new Routine()
        .setRoutineReference(
            new RoutineReference()
                .setProjectId(config.project())
                .setDatasetId(config.dataset())
                .setRoutineId(Names.asOf(table.id())))
        .setRoutineType("TABLE_VALUED_FUNCTION")
        .setLanguage("SQL")
        .setArguments(
            List.of(
                new Argument()
                    .setName("_at")
                    .setDataType(new StandardSqlDataType().setTypeKind("TIMESTAMP"))))
        .setDefinitionBody(new TableSql(config, table).asOf());
  }

  private Table base(String id) {
    return new Table()
        .setTableReference(
            new TableReference()
                .setProjectId(config.project())
                .setDatasetId(config.dataset())
                .setTableId(id))
        .setLabels(config.labels());
  }

  private List<TableFieldSchema> fields(StoredTable table, List<Own> own, Set<String> keyColumns) {
    List<TableFieldSchema> fields = new ArrayList<>();
    for (Own column : own) {
      TableFieldSchema field = own(column);
      ownTag(table, column, keyColumns).ifPresent(tag -> tag(field, tag));
      fields.add(field);
    }
    table.fields().forEach(f -> fields.add(field(table.name(), f)));
    return fields;
  }

  static TableFieldSchema own(Own column) {
    return new TableFieldSchema()
        .setName(column.name())
        .setType(restType(column.type()))
        .setMode(TableSql.isRequired(column) ? "REQUIRED" : "NULLABLE");
  }

  /** A field of the source, tagged as the configuration says. */
  TableFieldSchema field(TableName table, Field field) {
    TableFieldSchema made =
        new TableFieldSchema()
            .setName(field.name())
            .setType(restType(field.type()))
            .setMode("NULLABLE");
    if (!field.name().equals(field.source())) {
      made.setDescription(field.source());
    }
    tagOf(table, field.source()).ifPresent(tag -> tag(made, tag));
    return made;
  }

  private static void tag(TableFieldSchema field, String tag) {
    field.setPolicyTags(new TableFieldSchema.PolicyTags().setNames(List.of(tag)));
  }

  /** The policy tag that a column of the source is to have. */
  Optional<String> tagOf(TableName table, String column) {
    return config.policyTags().stream()
        .filter(t -> t.columns().matches(table, column))
        .map(WarehouseConfig.BigQuery.PolicyTag::policyTag)
        .findFirst();
  }

  /** What holds a tagged column's values too has its tag. */
  private Optional<String> ownTag(StoredTable table, Own column, Set<String> keyColumns) {
    boolean holdsKey = column == OwnColumns.KEY || column == OwnColumns.MESSAGE_ID;
    if (!holdsKey && column != OwnColumns.EXACT) {
      return Optional.empty();
    }
    return table.fields().stream()
        .filter(f -> holdsKey ? keyColumns.contains(f.source()) : mayLose(f.type()))
        .flatMap(f -> tagOf(table.name(), f.source()).stream())
        .findFirst();
  }

  private static boolean mayLose(BigType type) {
    return switch (type) {
      case TIME, DATETIME, TIMESTAMP, STRING -> true;
      default -> false;
    };
  }

  static String restType(BigType type) {
    return switch (type) {
      case INT64 -> "INTEGER";
      case FLOAT64 -> "FLOAT";
      case BOOL -> "BOOLEAN";
      default -> type.name();
    };
  }

  /** As the interface writes an interval. */
  static String interval(Duration duration) {
    return "0-0 0 %d:%d:%d"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }
}
