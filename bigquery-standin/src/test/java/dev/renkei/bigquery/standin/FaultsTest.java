package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.core.ApiFuture;
import com.google.api.gax.rpc.PermissionDeniedException;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import dev.renkei.bigquery.standin.write.AppendFault;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults on demand, as Google's clients meet them. */
class FaultsTest {
  private Place place;

  @BeforeEach
  void begin() throws IOException {
    place = Place.inTheStandIn();
    place.table(
        "t",
        List.of("id"),
        Field.of("id", StandardSQLTypeName.INT64),
        Field.of("name", StandardSQLTypeName.STRING));
  }

  @AfterEach
  void end() {
    place.close();
  }

  private Faults faults() {
    return place.standIn().faults();
  }

  private String committed() {
    return place
        .writing
        .createWriteStream(
            CreateWriteStreamRequest.newBuilder()
                .setParent(place.path("t"))
                .setWriteStream(WriteStream.newBuilder().setType(WriteStream.Type.COMMITTED))
                .build())
        .getName();
  }

  private Rows offsets() throws IOException {
    return Rows.to(place, committed(), "id", Type.TYPE_INT64, "name", Type.TYPE_STRING);
  }

  private long count() throws InterruptedException {
    return Long.parseLong(place.rows("SELECT COUNT(*) FROM " + place.name("t")).get(0));
  }

  /** The client sends again by itself; the offset tells that the rows are there. */
  @ParameterizedTest
  @CsvSource({
    "DROP_BEFORE_APPLY, appended",
    "DROP_AFTER_APPLY, there",
    "INTERNAL, appended",
    "UNAVAILABLE, appended",
    "RESOURCE_EXHAUSTED, appended"
  })
  void withOffsetsNothingIsLostOrDoubled(AppendFault fault, String outcome) throws Exception {
    try (Rows rows = offsets()) {
      rows.sendAt(0, rows.row(1L, "a")).get();
      faults().onAppend(fault, 1);
      ApiFuture<AppendRowsResponse> second = rows.sendAt(1, rows.row(2L, "b"));
      if (outcome.equals("there")) {
        assertThatThrownBy(second::get).hasCauseInstanceOf(Exceptions.OffsetAlreadyExists.class);
      } else {
        assertThat(second.get().getAppendResult().getOffset().getValue()).isEqualTo(1);
      }
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void requestsInFlightSurviveADroppedConnection() throws Exception {
    try (Rows rows = offsets()) {
      rows.sendAt(0, rows.row(0L, "a")).get();
      faults().onAppend(AppendFault.DROP_AFTER_APPLY, 1);
      List<ApiFuture<AppendRowsResponse>> sent = new ArrayList<>();
      for (long at = 1; at <= 5; at++) {
        sent.add(rows.sendAt(at, rows.row(at, "a")));
      }
      assertThatThrownBy(sent.get(0)::get).hasCauseInstanceOf(Exceptions.OffsetAlreadyExists.class);
      for (ApiFuture<AppendRowsResponse> later : sent.subList(1, 5)) {
        assertThat(later.get().hasAppendResult()).isTrue();
      }
    }
    assertThat(count()).isEqualTo(6);
  }

  @Test
  void upsertsThatComeTwiceAreOne() throws Exception {
    try (Rows rows = Rows.upserts(place, "t")) {
      faults().onAppend(AppendFault.DROP_AFTER_APPLY, 1);
      rows.send(rows.row(1L, "a", "UPSERT", "1")).get();
    }
    assertThat(place.standIn().log().count("AppendRows " + place.path("t"))).isEqualTo(2);
    assertThat(place.rows("SELECT id, name FROM " + place.name("t"))).containsExactly("1|a");
  }

  @Test
  void deniesWhileASwitchIsOn() throws Exception {
    try (Faults.Switch denied = faults().denyAll()) {
      assertThat(denied).isNotNull();
      try (Rows rows = Rows.upserts(place, "t")) {
        assertThatThrownBy(() -> rows.send(rows.row(1L, "a", "UPSERT", "1")).get())
            .satisfies(
                e ->
                    assertThat(Status.fromThrowable(e).getCode())
                        .isEqualTo(Status.Code.PERMISSION_DENIED));
      }
      assertThatThrownBy(this::committed).isInstanceOf(PermissionDeniedException.class);
      assertThatThrownBy(this::count)
          .isInstanceOfSatisfying(
              BigQueryException.class, e -> assertThat(e.getReason()).isEqualTo("accessDenied"));
    }
    assertThat(count()).isZero();
  }

  @Test
  void refusesRowsByAPredicate() throws Exception {
    try (Faults.Switch odd =
        faults()
            .refuseRows(
                (table, row) ->
                    table.endsWith(".t") && row.get("id") instanceof Long id && id % 2 == 1
                        ? "odd id"
                        : "")) {
      assertThat(odd).isNotNull();
      try (Rows rows = Rows.upserts(place, "t")) {
        assertThatThrownBy(
                () ->
                    rows.send(rows.row(2L, "a", "UPSERT", "1"), rows.row(3L, "a", "UPSERT", "1"))
                        .get())
            .hasCauseInstanceOf(Exceptions.AppendSerializationError.class);
        rows.send(rows.row(2L, "a", "UPSERT", "1")).get();
      }
    }
    assertThat(count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"503, backendError", "403, rateLimitExceeded", "403, accessDenied"})
  void failsCallsThatMatch(int code, String reason) throws Exception {
    faults().onCall(call -> call.endsWith("/queries"), code, reason, Integer.MAX_VALUE);
    if (code == 503 || reason.equals("accessDenied")) {
      assertThatThrownBy(this::count)
          .isInstanceOfSatisfying(
              BigQueryException.class,
              e -> {
                assertThat(e.getCode()).isEqualTo(code);
                assertThat(e.getReason()).isEqualTo(reason);
              });
    }
    assertThat(place.bigQuery.getDataset(place.dataset)).isNotNull();
    faults().clear();
    assertThat(count()).isZero();
  }

  @Test
  void losesTheAnswerOfACallThatWasCarriedOut() {
    faults().loseAnswers(call -> call.endsWith("/datasets"), 1);
    assertThatThrownBy(() -> place.bigQuery.create(DatasetInfo.of("made")))
        .isInstanceOf(BigQueryException.class);
    assertThat(place.bigQuery.getDataset("made")).isNotNull();
  }

  @Test
  void keepsALogOfRequests() throws Exception {
    count();
    assertThat(place.standIn().log().count("POST /bigquery/v2/projects/p/queries")).isEqualTo(1);
    assertThat(place.standIn().rows("p." + place.dataset + ".t")).isEmpty();
  }
}
