package dev.renkei.bigquery.standin.write;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.WireFormat;
import dev.renkei.bigquery.standin.store.Column;
import dev.renkei.bigquery.standin.store.RowChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of one writer's schema into a table's columns. Not thread-safe.
 *
 * <p>A field whose column's name is no name in protocol buffers carries it in the option {@code
 * column_name}, see Google's {@code annotations.proto}.
 */
final class RowReader {
  private static final int COLUMN_NAME = 454943157;
  private static final int CHANGE_TYPE = -1;
  private static final int CHANGE_SEQUENCE_NUMBER = -2;

  private record Place(int column, FieldDescriptorProto.Type type) {}

  private final List<Column> columns;
  private final Map<Integer, Place> places = new HashMap<>();
  private final List<String> extra = new ArrayList<>();
  private boolean changes;

  RowReader(DescriptorProto descriptor, List<Column> columns) {
    this.columns = columns;
    Map<String, Integer> byName = new HashMap<>();
    for (int at = 0; at < columns.size(); at++) {
      byName.put(columns.get(at).folded(), at);
    }
    byName.put("_change_type", CHANGE_TYPE);
    byName.put("_change_sequence_number", CHANGE_SEQUENCE_NUMBER);
    Set<Integer> taken = new HashSet<>();
    for (FieldDescriptorProto field : descriptor.getFieldList()) {
      Integer column = byName.get(columnName(field).toLowerCase(Locale.ROOT));
      if (column == null) {
        extra.add(columnName(field));
      } else if (taken.add(column)) {
        changes |= column < 0;
        places.put(field.getNumber(), new Place(column, field.getType()));
      }
    }
  }

  private static String columnName(FieldDescriptorProto field) {
    List<ByteString> annotated =
        field.getOptions().getUnknownFields().getField(COLUMN_NAME).getLengthDelimitedList();
    return annotated.isEmpty()
        ? field.getName()
        : annotated.get(annotated.size() - 1).toStringUtf8();
  }

  /** Fields that the table has no column for. */
  List<String> extra() {
    return extra;
  }

  /** Whether the writer's schema has pseudo columns. */
  boolean hasChanges() {
    return changes;
  }

  /**
   * @throws IllegalArgumentException telling what the table cannot take
   */
  RowChange read(ByteString serialized) {
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    String kind = "";
    String sequence = "";
    try {
      CodedInputStream in = serialized.newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        Place place = places.get(WireFormat.getTagFieldNumber(tag));
        if (place == null) {
          in.skipField(tag);
        } else if (place.column() == CHANGE_TYPE) {
          kind = in.readStringRequireUtf8();
        } else if (place.column() == CHANGE_SEQUENCE_NUMBER) {
          sequence = in.readStringRequireUtf8();
        } else {
          value(in, tag, place, values);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("Could not parse the row: " + e.getMessage(), e);
    }
    RowChange change = new RowChange(values, kind(kind), RowChange.sequence(sequence));
    check(change);
    return change;
  }

  private static RowChange.Kind kind(String given) {
    switch (given) {
      case "":
        return RowChange.Kind.APPEND;
      case "UPSERT":
        return RowChange.Kind.UPSERT;
      case "DELETE":
        return RowChange.Kind.DELETE;
      default:
        throw new IllegalArgumentException("The given value is not a valid CHANGE_TYPE: " + given);
    }
  }

  private void value(CodedInputStream in, int tag, Place place, @Nullable Object[] values)
      throws IOException {
    Column column = columns.get(place.column());
    if (!column.repeated()) {
      values[place.column()] = FieldValues.read(in, place.type(), column);
      return;
    }
    List<Object> list = new ArrayList<>();
    if (values[place.column()] instanceof List<?> before) {
      list.addAll(before);
    }
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
        && FieldValues.isPackable(place.type())) {
      int limit = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        list.add(FieldValues.read(in, place.type(), column));
      }
      in.popLimit(limit);
    } else {
      list.add(FieldValues.read(in, place.type(), column));
    }
    values[place.column()] = list;
  }

  private void check(RowChange change) {
    for (int at = 0; at < columns.size(); at++) {
      Column column = columns.get(at);
      if (change.values()[at] != null) {
        continue;
      }
      if (column.repeated()) {
        change.values()[at] = List.of();
      } else if (column.required() && change.kind() != RowChange.Kind.DELETE) {
        throw new IllegalArgumentException(
            "Field " + column.name() + " is required but no value was given.");
      }
    }
  }
}
