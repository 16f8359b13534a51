package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in as a process that is killed and started again over its folder. */
class RestartTest {
  private static Process start(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--folder",
            folder.toString(),
            "--parent",
            String.valueOf(ProcessHandle.current().pid()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Place at(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String[] words = String.valueOf(out.readLine()).split(" ");
    return Place.at(words[1], words[3]);
  }

  @Test
  void whatWasAcknowledgedSurvivesAKill(@TempDir Path folder) throws Exception {
    String stream;
    String kept;
    Process first = start(folder);
    try (Place place = at(first)) {
      kept = place.dataset;
      place.table(
          "t",
          List.of("id"),
          Field.of("id", StandardSQLTypeName.INT64),
          Field.of("name", StandardSQLTypeName.STRING));
      place.run("CREATE VIEW " + place.name("v") + " AS SELECT name FROM " + place.name("t"));
      try (Rows rows = Rows.upserts(place, "t")) {
        rows.send(rows.row(1L, "a", "UPSERT", "1"), rows.row(2L, "b", "UPSERT", "1")).get();
        assertThat(place.rows("SELECT name FROM " + place.name("v"))).hasSize(2);
        rows.send(rows.row(2L, null, "DELETE", "2"), rows.row(1L, "c", "UPSERT", "3")).get();
      }
      place.table("log", List.of(), Field.of("id", StandardSQLTypeName.INT64));
      stream =
          place
              .writing
              .createWriteStream(
                  CreateWriteStreamRequest.newBuilder()
                      .setParent(place.path("log"))
                      .setWriteStream(WriteStream.newBuilder().setType(WriteStream.Type.COMMITTED))
                      .build())
              .getName();
      try (Rows rows = Rows.to(place, stream, "id", Type.TYPE_INT64)) {
        rows.sendAt(0, rows.row(1L), rows.row(2L)).get();
      }
    } finally {
      first.destroyForcibly().waitFor();
    }

    Process second = start(folder);
    try (Place place = at(second)) {
      assertThat(place.rows("SELECT * FROM p." + kept + ".v")).containsExactly("c");
      try (Rows rows = Rows.to(place, stream, "id", Type.TYPE_INT64)) {
        assertThatThrownBy(() -> rows.sendAt(0, rows.row(1L), rows.row(2L)).get())
            .hasCauseInstanceOf(Exceptions.OffsetAlreadyExists.class);
        rows.sendAt(2, rows.row(3L)).get();
      }
      assertThat(place.rows("SELECT id FROM p." + kept + ".log ORDER BY id"))
          .containsExactly("1", "2", "3");
    } finally {
      second.destroyForcibly().waitFor();
    }
  }
}
