package dev.renkei.bigquery.standin.write;

import com.google.cloud.bigquery.storage.v1.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import dev.renkei.bigquery.standin.store.Column;
import dev.renkei.bigquery.standin.store.ColumnType;
import java.util.List;

/** Tables' columns as the Storage Write API tells them. */
final class Schemas {
  private Schemas() {}

  static TableSchema of(List<Column> columns) {
    TableSchema.Builder schema = TableSchema.newBuilder();
    for (Column column : columns) {
      schema.addFields(
          TableFieldSchema.newBuilder()
              .setName(column.name())
              .setType(type(column.type()))
              .setMode(
                  column.repeated()
                      ? TableFieldSchema.Mode.REPEATED
                      : column.required()
                          ? TableFieldSchema.Mode.REQUIRED
                          : TableFieldSchema.Mode.NULLABLE)
              .setMaxLength(column.maxLength())
              .setPrecision(column.precision())
              .setScale(column.scale()));
    }
    return schema.build();
  }

  private static TableFieldSchema.Type type(ColumnType type) {
    return type == ColumnType.FLOAT64
        ? TableFieldSchema.Type.DOUBLE
        : TableFieldSchema.Type.valueOf(type.name());
  }
}
