package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableDataWriteChannel;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.WriteChannelConfiguration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can befall load jobs, as Google's client meets it. */
@Tag("long")
class LoadFaultsTest {
  private Place place;

  @BeforeEach
  void begin() throws IOException {
    place = Place.inTheStandIn();
    place.table("t", java.util.List.of(), Field.of("id", StandardSQLTypeName.INT64));
  }

  @AfterEach
  void end() {
    place.close();
  }

  private Faults faults() {
    return place.standIn().faults();
  }

  private Job load(String id, String lines) throws IOException {
    TableDataWriteChannel channel =
        place.bigQuery.writer(
            JobId.of(id),
            WriteChannelConfiguration.newBuilder(
                    TableId.of(place.dataset, "t"), FormatOptions.json())
                .build());
    try (channel) {
      channel.write(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
    }
    return channel.getJob();
  }

  private String count() throws InterruptedException {
    return place.rows("SELECT COUNT(*) FROM " + place.name("t")).get(0);
  }

  @Test
  void aLoadThatIsHeldRunsUntilItIsLetGo() throws Exception {
    Job job;
    try (Faults.Switch held = faults().holdLoads()) {
      assertThat(held).isNotNull();
      job = load("held", "{\"id\": 1}");
      assertThat(job.getStatus().getState()).isEqualTo(JobStatus.State.RUNNING);
      assertThat(Objects.requireNonNull(job.reload()).isDone()).isFalse();
      assertThat(count()).isEqualTo("0");
    }
    assertThat(Objects.requireNonNull(job.reload()).isDone()).isTrue();
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void aLoadEndsWithTheErrorThatItWasToldAndAddsNothing() throws Exception {
    faults().failLoads("quotaExceeded", 1);

    Job job = load("poor", "{\"id\": 1}");

    assertThat(Objects.requireNonNull(job.getStatus().getError()).getReason())
        .isEqualTo("quotaExceeded");
    assertThat(count()).isEqualTo("0");
    load("rich", "{\"id\": 1}");
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void aRowThatIsRefusedFailsItsLoad() throws Exception {
    faults().refuseRows((table, row) -> Long.valueOf(2).equals(row.get("id")) ? "a two" : "");

    Job job = load("two", "{\"id\": 1}\n{\"id\": 2}");

    assertThat(Objects.requireNonNull(job.getStatus().getError()).getMessage())
        .contains("Rows: 2")
        .contains("a two");
    assertThat(count()).isEqualTo("0");
  }

  @Test
  void anUploadWhoseLastAnswerIsLostIsThereAndItsIdIsTaken() throws Exception {
    faults().loseAnswers(call -> call.startsWith("PUT /upload/"), 100);
    assertThatThrownBy(() -> load("lost", "{\"id\": 1}")).isInstanceOf(BigQueryException.class);
    faults().clear();

    assertThat(count()).isEqualTo("1");
    assertThatThrownBy(() -> load("lost", "{\"id\": 1}"))
        .isInstanceOfSatisfying(
            BigQueryException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    assertThat(count()).isEqualTo("1");
  }
}
