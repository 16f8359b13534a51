package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.ByteString;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.ExactTexts;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The warehouse's own tables: positions of hubs, what is known of each table, and which files of
 * rows wait on the loader's machine.
 */
final class OwnTables {
  static final String POSITIONS = "_renkei_positions";
  static final String TABLES = "_renkei_tables";
  static final String SPOOLS = "_renkei_spools";

  /** The partition of a hub that has none; it tells that the stream was loaded. */
  static final int NO_PARTITION = -1;

  private static final List<Own> KEYED = List.of(OwnColumns.KEY, OwnColumns.CHANGE_TYPE);

  private static final List<Field> POSITION_FIELDS =
      List.of(
          field("stream", BigType.STRING),
          field("partition_number", BigType.INT64),
          field("next_offset", BigType.INT64));

  private static final List<Field> TABLE_FIELDS =
      List.of(
          field("source", BigType.STRING),
          field("schema_name", BigType.STRING),
          field("table_name", BigType.STRING),
          field("key_columns", BigType.STRING),
          field("floor", BigType.NUMERIC),
          field("purged", BigType.NUMERIC));

  private static final List<Field> SPOOL_FIELDS =
      List.of(
          field("source", BigType.STRING),
          field("schema_name", BigType.STRING),
          field("table_name", BigType.STRING));

  private OwnTables() {}

  private static Field field(String name, BigType type) {
    return new Field(name, name, type);
  }

  static List<TableFieldSchema> positionFields() {
    return resource(POSITION_FIELDS);
  }

  static List<TableFieldSchema> tableFields() {
    return resource(TABLE_FIELDS);
  }

  static List<TableFieldSchema> spoolFields() {
    return resource(SPOOL_FIELDS);
  }

  private static List<TableFieldSchema> resource(List<Field> fields) {
    List<TableFieldSchema> all = new ArrayList<>();
    all.add(TableResources.own(OwnColumns.KEY));
    for (Field field : fields) {
      all.add(
          new TableFieldSchema()
              .setName(field.name())
              .setType(TableResources.restType(field.type()))
              .setMode("NULLABLE"));
    }
    return all;
  }

  static ProtoSchema positionShape() {
    return RowShape.of(KEYED, POSITION_FIELDS);
  }

  static ProtoSchema tableShape() {
    return RowShape.of(KEYED, TABLE_FIELDS);
  }

  static ProtoSchema spoolShape() {
    return RowShape.of(KEYED, SPOOL_FIELDS);
  }

  static String createPositions(WarehouseConfig.BigQuery config) {
    return create(config, POSITIONS, POSITION_FIELDS);
  }

  static String createTables(WarehouseConfig.BigQuery config) {
    return create(config, TABLES, TABLE_FIELDS);
  }

  static String createSpools(WarehouseConfig.BigQuery config) {
    return create(config, SPOOLS, SPOOL_FIELDS);
  }

  private static String create(WarehouseConfig.BigQuery config, String name, List<Field> fields) {
    String columns =
        fields.stream()
            .map(f -> "  " + f.name() + " " + f.type())
            .collect(Collectors.joining(",\n"));
    return "CREATE TABLE IF NOT EXISTS %s (\n  _key STRING NOT NULL,\n%s,\n  PRIMARY KEY (_key) NOT ENFORCED\n)\nCLUSTER BY _key"
        .formatted(Names.quoted(config, name), columns);
  }

  static String selectPositions(WarehouseConfig.BigQuery config, String stream) {
    return "SELECT partition_number, next_offset FROM %s WHERE stream = %s AND partition_number >= 0"
        .formatted(Names.quoted(config, POSITIONS), Names.literal(stream));
  }

  static String selectStreams(WarehouseConfig.BigQuery config) {
    return "SELECT DISTINCT stream FROM " + Names.quoted(config, POSITIONS);
  }

  static String selectTables(WarehouseConfig.BigQuery config) {
    return "SELECT source, schema_name, table_name, key_columns, CAST(floor AS STRING) AS floor, CAST(purged AS STRING) AS purged FROM "
        + Names.quoted(config, TABLES);
  }

  static String selectSpools(WarehouseConfig.BigQuery config) {
    return "SELECT _key, schema_name, table_name FROM " + Names.quoted(config, SPOOLS);
  }

  static ByteString position(RowBuffer buffer, String stream, int partition, long next) {
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), stream + "/" + partition);
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "UPSERT");
    buffer.text(OwnColumns.FIRST_OF_SOURCE, stream);
    buffer.varint(OwnColumns.FIRST_OF_SOURCE + 1, partition);
    buffer.varint(OwnColumns.FIRST_OF_SOURCE + 2, next);
    return ByteString.copyFrom(buffer.copy());
  }

  static ByteString table(RowBuffer buffer, LiveTable table) {
    TableName name = table.stored().name();
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), name.toString());
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "UPSERT");
    int number = OwnColumns.FIRST_OF_SOURCE;
    buffer.text(number++, table.stored().source());
    buffer.text(number++, name.schema());
    buffer.text(number++, name.table());
    buffer.text(number++, keyColumns(table));
    buffer.text(number++, unsigned(table.floor()));
    buffer.text(number, unsigned(table.purged()));
    return ByteString.copyFrom(buffer.copy());
  }

  /** A file of rows of a table. */
  static ByteString spool(RowBuffer buffer, String id, StoredTable table) {
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), id);
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "UPSERT");
    int number = OwnColumns.FIRST_OF_SOURCE;
    buffer.text(number++, table.source());
    buffer.text(number++, table.name().schema());
    buffer.text(number, table.name().table());
    return ByteString.copyFrom(buffer.copy());
  }

  /** A file that need not be known any longer. */
  static ByteString noSpool(RowBuffer buffer, String id) {
    buffer.clear();
    buffer.text(OwnColumns.KEY.number(), id);
    buffer.text(OwnColumns.CHANGE_TYPE.number(), "DELETE");
    return ByteString.copyFrom(buffer.copy());
  }

  private static String keyColumns(LiveTable table) {
    return table.keyColumns().stream()
        .sorted()
        .map(ExactTexts::quoted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String unsigned(Sequence sequence) {
    return Long.toUnsignedString(sequence.packed());
  }
}
