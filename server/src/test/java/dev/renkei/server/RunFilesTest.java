package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.RunFiles.Running;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  private static final URI URL = URI.create("http://127.0.0.1:8080");
  private static final long ME = ProcessHandle.current().pid();

  private final Path dataDir;

  RunFilesTest(@TempDir Path dataDir) {
    this.dataDir = dataDir;
  }

  @Test
  void listsThisProcessUntilItCloses() throws IOException {
    assertThat(RunFiles.living(dataDir)).isEmpty();

    try (RunFiles announced = RunFiles.write(dataDir, List.of("track", "load"), URL)) {
      assertThat(announced).isNotNull();
      assertThat(RunFiles.living(dataDir))
          .singleElement()
          .satisfies(
              running -> {
                assertThat(running.pid()).isEqualTo(ME);
                assertThat(running.roles()).containsExactly("track", "load");
                assertThat(running.url()).isEqualTo(URL);
                assertThat(running.startedAt()).isBefore(Instant.now());
              });
      assertThat(files()).containsExactly(ME + ".json");
    }

    assertThat(RunFiles.living(dataDir)).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void removesWhatADeadProcessLeft() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    RunFiles.write(dataDir, new Running(dead.pid(), List.of("track"), URL, Instant.now()));
    Files.writeString(dataDir.resolve("run").resolve(dead.pid() + ".json.new"), "{\"pid\":");

    assertThat(RunFiles.living(dataDir)).isEmpty();

    assertThat(files()).isEmpty();
  }

  @Test
  void doesNotTakeAnotherProcessOfTheSameNumberForTheOneThatWrote() throws Exception {
    RunFiles.write(
        dataDir, new Running(ME, List.of("track"), URL, Instant.now().minusSeconds(86_400)));

    assertThat(RunFiles.living(dataDir)).isEmpty();
  }

  @Test
  void listsAnotherLivingProcess() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Instant startedAt = other.info().startInstant().orElseThrow();
      RunFiles.write(dataDir, new Running(other.pid(), List.of("load"), URL, startedAt));

      assertThat(RunFiles.living(dataDir)).extracting(Running::pid).containsExactly(other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(RunFiles.living(dataDir)).isEmpty();
  }

  @Test
  void passesOverWhatItCannotRead() throws IOException {
    Path run = Files.createDirectories(dataDir.resolve("run"));
    Files.writeString(run.resolve(ME + ".json"), "{\"pid\": 1");
    Files.writeString(run.resolve("notes.txt"), "mine");

    assertThat(RunFiles.living(dataDir)).isEmpty();

    assertThat(files()).contains("notes.txt");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(dataDir.resolve("run"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
