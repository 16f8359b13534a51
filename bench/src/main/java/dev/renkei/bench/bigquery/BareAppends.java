package dev.renkei.bench.bigquery;

import com.google.api.core.ApiFuture;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Row;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The same two rows a change as the warehouse's by Google's client, and nothing else. */
final class BareAppends implements AutoCloseable {
  private static final List<String> TEXTS =
      List.of("_key", "_sequence", "_message_id", "_type", "_schema_id");

  private final BigQueryWriteClient client;
  private final StreamWriter log;
  private final StreamWriter upserts;
  private final byte[] buffer = new byte[64 << 10];
  private long offset;

  BareAppends(String storage, String logTable, String upsertsTable) throws IOException {
    client =
        BigQueryWriteClient.create(
            BigQueryWriteSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    BigQueryWriteSettings.defaultGrpcTransportProviderBuilder()
                        .setEndpoint(storage)
                        .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
                        .build())
                .build());
    String stream =
        client
            .createWriteStream(
                CreateWriteStreamRequest.newBuilder()
                    .setParent(logTable)
                    .setWriteStream(WriteStream.newBuilder().setType(WriteStream.Type.COMMITTED))
                    .build())
            .getName();
    log = StreamWriter.newBuilder(stream, client).setWriterSchema(schema(true)).build();
    upserts =
        StreamWriter.newBuilder(upsertsTable + "/streams/_default", client)
            .setWriterSchema(schema(false))
            .build();
  }

  private static ProtoSchema schema(boolean isLog) {
    DescriptorProto.Builder row = DescriptorProto.newBuilder().setName("Row");
    add(row, 1, "_key", Type.TYPE_STRING);
    add(row, 2, "_sequence", Type.TYPE_STRING);
    add(row, 3, "_changed_at", Type.TYPE_INT64);
    add(row, 4, "_loaded_at", Type.TYPE_INT64);
    if (isLog) {
      add(row, 5, TEXTS.get(2), Type.TYPE_STRING);
      add(row, 6, TEXTS.get(3), Type.TYPE_STRING);
      add(row, 7, TEXTS.get(4), Type.TYPE_STRING);
    } else {
      add(row, 5, "_CHANGE_TYPE", Type.TYPE_STRING);
      add(row, 6, "_CHANGE_SEQUENCE_NUMBER", Type.TYPE_STRING);
      add(row, 7, "_deleted", Type.TYPE_BOOL);
    }
    add(row, 10, "Id", Type.TYPE_INT64);
    add(row, 11, "Customer", Type.TYPE_STRING);
    add(row, 12, "Amount", Type.TYPE_STRING);
    add(row, 13, "Status", Type.TYPE_STRING);
    add(row, 14, "UpdatedAt", Type.TYPE_INT64);
    add(row, 15, "Note", Type.TYPE_STRING);
    return ProtoSchema.newBuilder().setProtoDescriptor(row).build();
  }

  private static void add(DescriptorProto.Builder row, int number, String name, Type type) {
    row.addField(
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(number)
            .setType(type)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL));
  }

  void apply(List<Change> changes) throws Exception {
    ProtoRows.Builder ofLog = ProtoRows.newBuilder();
    ProtoRows.Builder ofUpserts = ProtoRows.newBuilder();
    for (Change change : changes) {
      ofLog.addSerializedRows(row(change, true));
      ofUpserts.addSerializedRows(row(change, false));
    }
    List<ApiFuture<AppendRowsResponse>> answers = new ArrayList<>();
    answers.add(log.append(ofLog.build(), offset));
    answers.add(upserts.append(ofUpserts.build()));
    offset += changes.size();
    for (ApiFuture<AppendRowsResponse> answer : answers) {
      answer.get();
    }
  }

  private ByteString row(Change change, boolean isLog) throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(buffer);
    String key = change.key().folded();
    out.writeString(1, key);
    out.writeString(2, Long.toUnsignedString(change.sequence().packed()));
    out.writeInt64(3, 1_767_268_800_000_000L);
    out.writeInt64(4, 1_767_268_800_000_000L);
    if (isLog) {
      out.writeString(5, "shop/dbo.Orders/1/" + change.sequence().version() + "/" + key);
      out.writeString(6, "U");
      out.writeString(7, change.schemaId());
    } else {
      out.writeString(5, "UPSERT");
      out.writeString(6, change.sequence().hex());
      out.writeBool(7, false);
    }
    Row row = Objects.requireNonNull(change.row());
    out.writeInt64(10, (Integer) Objects.requireNonNull(row.value(0)));
    out.writeString(11, (String) Objects.requireNonNull(row.value(1)));
    out.writeString(12, ((BigDecimal) Objects.requireNonNull(row.value(2))).toPlainString());
    out.writeString(13, (String) Objects.requireNonNull(row.value(3)));
    out.writeInt64(14, civil((LocalDateTime) Objects.requireNonNull(row.value(4))));
    out.writeString(15, (String) Objects.requireNonNull(row.value(5)));
    return ByteString.copyFrom(buffer, 0, out.getTotalBytesWritten());
  }

  private static long civil(LocalDateTime at) {
    long days = (long) at.getYear() << 9 | (long) at.getMonthValue() << 5 | at.getDayOfMonth();
    long time = (long) at.getHour() << 12 | (long) at.getMinute() << 6 | at.getSecond();
    return (days << 17 | time) << 20 | at.getNano() / 1000;
  }

  @Override
  public void close() {
    log.close();
    upserts.close();
    client.close();
  }
}
