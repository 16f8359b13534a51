package dev.renkei.bigquery.standin;

import com.google.api.core.ApiFuture;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A writer of rows in protocol buffers, with the fields that a test asks for. */
final class Rows implements AutoCloseable {
  static final String TYPE = "_CHANGE_TYPE";
  static final String SEQUENCE = "_CHANGE_SEQUENCE_NUMBER";

  private static final RetrySettings FEW =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(20))
          .setRetryDelayMultiplier(1.5)
          .setMaxAttempts(5)
          .setMaxRetryDelayDuration(Duration.ofMillis(200))
          .build();

  private final List<Type> types = new ArrayList<>();
  private final StreamWriter writer;

  private Rows(Place place, String stream, boolean retrying, Object... fields) throws IOException {
    DescriptorProto.Builder row = DescriptorProto.newBuilder().setName("Row");
    for (int at = 0; at < fields.length; at += 2) {
      types.add((Type) fields[at + 1]);
      row.addField(
          FieldDescriptorProto.newBuilder()
              .setName((String) fields[at])
              .setNumber(at / 2 + 1)
              .setType((Type) fields[at + 1])
              .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL));
    }
    StreamWriter.Builder builder =
        StreamWriter.newBuilder(stream, place.writing)
            .setWriterSchema(ProtoSchema.newBuilder().setProtoDescriptor(row).build());
    writer = (retrying ? builder.setRetrySettings(FEW) : builder).build();
  }

  /**
   * @param fields name and type in turn
   */
  static Rows to(Place place, String stream, Object... fields) throws IOException {
    return new Rows(place, stream, true, fields);
  }

  static Rows once(Place place, String stream, Object... fields) throws IOException {
    return new Rows(place, stream, false, fields);
  }

  /** Upserts of {@code id} and {@code name}. */
  static Rows upserts(Place place, String table) throws IOException {
    return to(
        place,
        place.path(table) + "/_default",
        "id",
        Type.TYPE_INT64,
        "name",
        Type.TYPE_STRING,
        TYPE,
        Type.TYPE_STRING,
        SEQUENCE,
        Type.TYPE_STRING);
  }

  StreamWriter writer() {
    return writer;
  }

  /** One row; null leaves a field out. */
  ByteString row(@Nullable Object... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int at = 0; at < values.length; at++) {
      Object value = values[at];
      if (value != null) {
        write(out, at + 1, types.get(at), value);
      }
    }
    out.flush();
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static void write(CodedOutputStream out, int number, Type type, Object value)
      throws IOException {
    switch (type) {
      case TYPE_INT64 -> out.writeInt64(number, (Long) value);
      case TYPE_INT32 -> out.writeInt32(number, ((Long) value).intValue());
      case TYPE_STRING -> out.writeString(number, (String) value);
      case TYPE_BYTES -> out.writeByteArray(number, (byte[]) value);
      case TYPE_BOOL -> out.writeBool(number, (Boolean) value);
      case TYPE_DOUBLE -> out.writeDouble(number, (Double) value);
      default -> throw new IllegalArgumentException(type.name());
    }
  }

  ApiFuture<AppendRowsResponse> send(ByteString... rows) {
    return writer.append(ProtoRows.newBuilder().addAllSerializedRows(List.of(rows)).build());
  }

  ApiFuture<AppendRowsResponse> sendAt(long offset, ByteString... rows) {
    return writer.append(
        ProtoRows.newBuilder().addAllSerializedRows(List.of(rows)).build(), offset);
  }

  @Override
  public void close() {
    writer.close();
  }
}
