package dev.renkei.warehouse.bigquery;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What rows of log and current table look like to BigQuery. */
final class RowShape {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private RowShape() {}

  static ProtoSchema ofLog(StoredTable table) {
    return of(OwnColumns.OF_LOG, table.fields());
  }

  static ProtoSchema ofUpserts(StoredTable table) {
    List<Own> own = new ArrayList<>(OwnColumns.OF_UPSERTS);
    own.add(OwnColumns.CHANGE_TYPE);
    own.add(OwnColumns.CHANGE_SEQUENCE);
    return of(own, table.fields());
  }

  static ProtoSchema of(List<Own> own, List<Field> fields) {
    DescriptorProto.Builder row = DescriptorProto.newBuilder().setName("Row");
    own.forEach(c -> row.addField(field(c.name(), c.number(), c.type())));
    int number = OwnColumns.FIRST_OF_SOURCE;
    for (Field field : fields) {
      row.addField(field(field.name(), number++, field.type()));
    }
    return ProtoSchema.newBuilder().setProtoDescriptor(row).build();
  }

  /** A name that protobuf cannot have travels as an annotation. */
  private static FieldDescriptorProto field(String name, int number, BigType type) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setNumber(number)
            .setType(wireType(type))
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    if (IDENTIFIER.matcher(name).matches()) {
      return field.setName(name).build();
    }
    return field
        .setName("col_" + number)
        .setOptions(FieldOptions.newBuilder().setExtension(AnnotationsProto.columnName, name))
        .build();
  }

  private static FieldDescriptorProto.Type wireType(BigType type) {
    return switch (type) {
      case BOOL -> FieldDescriptorProto.Type.TYPE_BOOL;
      case INT64, TIME, DATETIME, TIMESTAMP -> FieldDescriptorProto.Type.TYPE_INT64;
      case NUMERIC, BIGNUMERIC, STRING -> FieldDescriptorProto.Type.TYPE_STRING;
      case FLOAT64 -> FieldDescriptorProto.Type.TYPE_DOUBLE;
      case BYTES -> FieldDescriptorProto.Type.TYPE_BYTES;
      case DATE -> FieldDescriptorProto.Type.TYPE_INT32;
    };
  }
}
