package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.Table;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsRequest;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.cloud.bigquery.storage.v1.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.cloud.bigquery.storage.v1.WriteStreamView;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both the stand-in and BigQuery do with the Storage Write API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WriteContract {
  private Place place;

  abstract Place open() throws IOException;

  @BeforeAll
  void begin() throws IOException {
    place = open();
  }

  @AfterAll
  void end() {
    place.close();
  }

  private static final Field ID =
      Field.newBuilder("id", StandardSQLTypeName.INT64).setMode(Field.Mode.REQUIRED).build();
  private static final Field NAME = Field.of("name", StandardSQLTypeName.STRING);

  private String table(String... key) {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    place.table(name, List.of(key), ID, NAME);
    return name;
  }

  private List<String> rows(String table) throws InterruptedException {
    return place.rows("SELECT id, name FROM " + place.name(table) + " ORDER BY id");
  }

  private String stream(String table, WriteStream.Type type) {
    return place
        .writing
        .createWriteStream(
            CreateWriteStreamRequest.newBuilder()
                .setParent(place.path(table))
                .setWriteStream(WriteStream.newBuilder().setType(type))
                .build())
        .getName();
  }

  private Rows plain(String stream) throws IOException {
    return Rows.to(place, stream, "id", Type.TYPE_INT64, "name", Type.TYPE_STRING);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "1,        2,        second",
        "2,        1,        first",
        "2,        2,        second",
        "9,        A,        second",
        "FF,       100,      second",
        "1/0,      1/1,      second",
        "1/FF,     2/0,      second",
        "2/0,      1/FFFF,   first",
        "1/2/3/4,  1/2/3/5,  second",
        "1/2/3/4,  1/2/2/FF, first",
        "a,        0B,       second",
        "0000000000000010, F, first"
      })
  void theHigherOrEqualSequenceWins(String first, String then, String winner) throws Exception {
    String table = table("id");
    try (Rows rows = Rows.upserts(place, table)) {
      rows.send(rows.row(1L, "first", "UPSERT", first)).get();
      rows.send(rows.row(1L, "second", "UPSERT", then)).get();
    }
    assertThat(rows(table)).containsExactly("1|" + winner);
  }

  @Test
  void aDeleteIsRememberedSoThatALateUpsertDoesNotReviveItsRow() throws Exception {
    String table = table("id");
    try (Rows rows = Rows.upserts(place, table)) {
      rows.send(rows.row(1L, "a", "UPSERT", "1"), rows.row(2L, "b", "UPSERT", "1")).get();
      rows.send(rows.row(1L, null, "DELETE", "5")).get();
      assertThat(rows(table)).containsExactly("2|b");

      rows.send(rows.row(1L, "late", "UPSERT", "4")).get();
      assertThat(rows(table)).containsExactly("2|b");

      rows.send(rows.row(1L, "again", "UPSERT", "6")).get();
      assertThat(rows(table)).containsExactly("1|again", "2|b");
    }
  }

  @Test
  void withoutSequenceTheLastToArriveWins() throws Exception {
    String table = table("id");
    try (Rows rows = Rows.upserts(place, table)) {
      rows.send(
              rows.row(1L, "a", "UPSERT", null),
              rows.row(1L, "b", "UPSERT", null),
              rows.row(2L, "c", "UPSERT", null),
              rows.row(2L, null, "DELETE", null))
          .get();
    }
    assertThat(rows(table)).containsExactly("1|b");
  }

  @Test
  void refusesASequenceThatIsNone() throws Exception {
    String table = table("id");
    try (Rows rows = Rows.upserts(place, table)) {
      assertThatThrownBy(() -> rows.send(rows.row(1L, "a", "UPSERT", "x")).get())
          .hasCauseInstanceOf(Exceptions.AppendSerializationError.class);
      assertThatThrownBy(() -> rows.send(rows.row(1L, "a", "MERGE", "1")).get())
          .hasCauseInstanceOf(Exceptions.AppendSerializationError.class);
    }
  }

  @Test
  void appendsOnTheDefaultStreamAndTellsNoOffset() throws Exception {
    String table = table();
    try (Rows rows = plain(place.path(table) + "/_default")) {
      AppendRowsResponse response = rows.send(rows.row(1L, "a"), rows.row(1L, "a")).get();
      assertThat(response.getAppendResult().hasOffset()).isFalse();
    }
    assertThat(rows(table)).containsExactly("1|a", "1|a");
  }

  @Test
  void anOffsetIsTakenOnce() throws Exception {
    String table = table();
    String stream = stream(table, WriteStream.Type.COMMITTED);
    try (Rows rows = plain(stream)) {
      assertThat(offset(rows.sendAt(0, rows.row(1L, "a"), rows.row(2L, "b")).get())).isZero();
      assertThat(offset(rows.sendAt(2, rows.row(3L, "c")).get())).isEqualTo(2);
      assertThatThrownBy(() -> rows.sendAt(2, rows.row(3L, "c")).get())
          .hasCauseInstanceOf(Exceptions.OffsetAlreadyExists.class);
      assertThatThrownBy(() -> rows.sendAt(9, rows.row(4L, "d")).get())
          .hasCauseInstanceOf(Exceptions.OffsetOutOfRange.class);
    }
    assertThat(rows(table)).containsExactly("1|a", "2|b", "3|c");
  }

  private static long offset(AppendRowsResponse response) {
    return response.getAppendResult().getOffset().getValue();
  }

  @Test
  void aFinalizedStreamTakesNothingMore() throws Exception {
    String stream = stream(table(), WriteStream.Type.COMMITTED);
    try (Rows rows = plain(stream)) {
      rows.sendAt(0, rows.row(1L, "a")).get();
      assertThat(place.writing.finalizeWriteStream(stream).getRowCount()).isEqualTo(1);
      assertThatThrownBy(() -> rows.sendAt(1, rows.row(2L, "b")).get())
          .hasCauseInstanceOf(Exceptions.StreamFinalizedException.class);
    }
  }

  @Test
  void aPendingStreamIsSeenWhenItIsCommitted() throws Exception {
    String table = table();
    String stream = stream(table, WriteStream.Type.PENDING);
    try (Rows rows = plain(stream)) {
      rows.sendAt(0, rows.row(1L, "a"), rows.row(2L, "b")).get();
    }
    assertThat(rows(table)).isEmpty();
    assertThat(commit(table, stream)).containsExactly(StorageErrorCode.INVALID_STREAM_STATE);

    place.writing.finalizeWriteStream(stream);
    assertThat(commit(table, stream)).isEmpty();
    assertThat(rows(table)).containsExactly("1|a", "2|b");
    assertThat(commit(table, stream)).containsExactly(StorageErrorCode.STREAM_ALREADY_COMMITTED);
    assertThat(rows(table)).hasSize(2);
  }

  private List<StorageErrorCode> commit(String table, String stream) {
    List<StorageErrorCode> errors = new ArrayList<>();
    place
        .writing
        .batchCommitWriteStreams(
            BatchCommitWriteStreamsRequest.newBuilder()
                .setParent(place.path(table))
                .addWriteStreams(stream)
                .build())
        .getStreamErrorsList()
        .forEach(e -> errors.add(e.getCode()));
    return errors;
  }

  @Test
  void oneBadRowRefusesTheWholeRequestAndIsNamed() throws Exception {
    String table = table();
    try (Rows rows = plain(place.path(table) + "/_default")) {
      assertThatThrownBy(
              () -> rows.send(rows.row(1L, "a"), rows.row(null, "b"), rows.row(3L, "c")).get())
          .isInstanceOfSatisfying(
              ExecutionException.class,
              e ->
                  assertThat(
                          Objects.requireNonNull((Exceptions.AppendSerializationError) e.getCause())
                              .getRowIndexToErrorMessage())
                      .containsOnlyKeys(1));
    }
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void refusesAFieldThatTheTableDoesNotHave() throws Exception {
    String table = table();
    try (Rows rows =
        Rows.to(
            place,
            place.path(table) + "/_default",
            "id",
            Type.TYPE_INT64,
            "nope",
            Type.TYPE_STRING)) {
      assertThatThrownBy(() -> rows.send(rows.row(1L, "a")).get())
          .hasCauseInstanceOf(Exceptions.SchemaMismatchedException.class);
    }
  }

  @Test
  void tellsAnOpenConnectionOfAnAddedColumn() throws Exception {
    String table = table();
    try (Rows rows = plain(place.path(table) + "/_default")) {
      rows.send(rows.row(1L, "a")).get();
      Table resource = place.bigQuery.getTable(TableId.of(place.dataset, table));
      resource.toBuilder()
          .setDefinition(
              StandardTableDefinition.of(
                  Schema.of(ID, NAME, Field.of("extra", StandardSQLTypeName.STRING))))
          .build()
          .update();
      AppendRowsResponse response = rows.send(rows.row(2L, "b")).get();
      long patience = System.nanoTime() + 120_000_000_000L;
      while (!response.hasUpdatedSchema() && System.nanoTime() < patience) {
        response = rows.send(rows.row(2L, "b")).get();
      }
      assertThat(response.getUpdatedSchema().getFieldsList())
          .extracting(TableFieldSchema::getName)
          .containsExactly("id", "name", "extra");
    }
  }

  @Test
  void refusesATableThatIsNotThere() throws Exception {
    try (Rows rows = plain(place.path("nowhere") + "/_default")) {
      assertThatThrownBy(() -> rows.send(rows.row(1L, "a")).get())
          .satisfies(
              e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.NOT_FOUND));
    }
  }

  @Test
  void refusesUpsertsWithoutAPrimaryKey() throws Exception {
    String table = table();
    try (Rows rows = Rows.upserts(place, table)) {
      assertThatThrownBy(() -> rows.send(rows.row(1L, "a", "UPSERT", "1")).get())
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void refusesUpsertsOnAStreamWithOffsets() throws Exception {
    String stream = stream(table("id"), WriteStream.Type.COMMITTED);
    try (Rows rows =
        Rows.to(
            place,
            stream,
            "id",
            Type.TYPE_INT64,
            "name",
            Type.TYPE_STRING,
            Rows.TYPE,
            Type.TYPE_STRING)) {
      assertThatThrownBy(() -> rows.sendAt(0, rows.row(1L, "a", "UPSERT")).get())
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void tellsATablesSchema() {
    String table = table();
    WriteStream stream =
        place.writing.getWriteStream(
            GetWriteStreamRequest.newBuilder()
                .setName(place.path(table) + "/_default")
                .setView(WriteStreamView.FULL)
                .build());
    assertThat(stream.getTableSchema().getFieldsList())
        .extracting(TableFieldSchema::getName)
        .containsExactly("id", "name");
  }

  @Test
  void refusesDmlOnATableThatTookUpserts() throws Exception {
    String table = table("id");
    try (Rows rows = Rows.upserts(place, table)) {
      rows.send(rows.row(1L, "a", "UPSERT", "1")).get();
    }
    assertThatThrownBy(() -> place.run("DELETE FROM " + place.name(table) + " WHERE id = 1"))
        .hasMessageContaining("UPSERT streams");
  }
}
