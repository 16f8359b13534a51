package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a table that is there already can be used as it is. */
final class Adoption {
  private Adoption() {}

  /** What is wrong with a table of upserts; empty where nothing is. */
  static List<String> faultsOfUpserts(Table table) {
    List<String> faults = faults(table, OwnColumns.OF_UPSERTS);
    boolean keyed =
        table.getTableConstraints() != null
            && table.getTableConstraints().getPrimaryKey() != null
            && List.of(TableResources.KEY)
                .equals(table.getTableConstraints().getPrimaryKey().getColumns());
    if (!keyed) {
      faults.add("its primary key is not (_key)");
    }
    return faults;
  }

  /** What is wrong with a log; empty where nothing is. */
  static List<String> faultsOfLog(Table table) {
    List<String> faults = faults(table, OwnColumns.OF_LOG);
    TimePartitioning partitioning = table.getTimePartitioning();
    if (partitioning == null
        || !"DAY".equals(partitioning.getType())
        || !TableResources.PARTITION.equals(partitioning.getField())) {
      faults.add("it is not partitioned by day of _loaded_at");
    }
    return faults;
  }

  private static List<String> faults(Table table, List<Own> own) {
    List<String> faults = new ArrayList<>();
    if (table.getType() != null && !"TABLE".equals(table.getType())) {
      faults.add("it is a " + table.getType());
    }
    for (Own column : own) {
      fieldNamed(table, column.name())
          .ifPresentOrElse(
              field -> {
                if (typeOf(field) != column.type()) {
                  faults.add(
                      "its column %s is %s instead of %s"
                          .formatted(column.name(), field.getType(), column.type()));
                }
              },
              () -> faults.add("it has no column " + column.name()));
    }
    for (TableFieldSchema field : fieldsOf(table)) {
      if ("REQUIRED".equals(field.getMode()) && !field.getName().equals(TableResources.KEY)) {
        faults.add("its column %s is REQUIRED".formatted(field.getName()));
      }
    }
    boolean clustered =
        table.getClustering() != null
            && table.getClustering().getFields() != null
            && table.getClustering().getFields().stream()
                .findFirst()
                .filter(TableResources.KEY::equals)
                .isPresent();
    if (!clustered) {
      faults.add("it is not clustered by _key");
    }
    return faults;
  }

  /** The fields that are the source's, of types that this warehouse writes. */
  static List<Field> sourceFields(Table table) {
    List<Field> fields = new ArrayList<>();
    for (TableFieldSchema field : fieldsOf(table)) {
      BigType type = typeOf(field);
      if (!isOwn(field.getName()) && type != null) {
        String source = field.getDescription();
        boolean named =
            source != null
                && !source.isEmpty()
                && !source.equals(field.getName())
                && stem(table, field.getName(), type).startsWith(Names.column(source, List.of()));
        fields.add(
            new Field(field.getName(), named ? source : stem(table, field.getName(), type), type));
      }
    }
    return fields;
  }

  /** The name of the column that a field was added for; its own where there is no other. */
  private static String stem(Table table, String name, BigType type) {
    String suffix = "__" + type;
    if (!name.endsWith(suffix)) {
      return name;
    }
    String stem = name.substring(0, name.length() - suffix.length());
    return fieldNamed(table, stem).isPresent() ? stem : name;
  }

  static Optional<TableFieldSchema> fieldNamed(Table table, String name) {
    return fieldsOf(table).stream().filter(f -> f.getName().equalsIgnoreCase(name)).findFirst();
  }

  static List<TableFieldSchema> fieldsOf(Table table) {
    return table.getSchema() == null || table.getSchema().getFields() == null
        ? List.of()
        : table.getSchema().getFields();
  }

  private static boolean isOwn(String name) {
    return OwnColumns.OF_UPSERTS.stream().anyMatch(c -> c.name().equals(name))
        || OwnColumns.OF_LOG.stream().anyMatch(c -> c.name().equals(name));
  }

  /** Null for a type that this warehouse does not write. */
  static @Nullable BigType typeOf(TableFieldSchema field) {
    boolean plain =
        !"REPEATED".equals(field.getMode())
            && field.getPrecision() == null
            && field.getMaxLength() == null;
    return plain && BigType.isKnown(field.getType()) ? BigType.ofName(field.getType()) : null;
  }
}
