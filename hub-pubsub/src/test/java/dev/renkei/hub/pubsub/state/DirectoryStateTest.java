package dev.renkei.hub.pubsub.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder, also with several processes on it. */
class DirectoryStateTest extends StateContract {
  @TempDir private Path folder = Path.of("");

  @Override
  protected StateStore open() throws Exception {
    return DirectoryState.open(folder);
  }

  @Test
  void twoProcessesThatCountTogetherLoseNothing() throws Exception {
    try (ChildProcess one = start();
        ChildProcess other = start()) {
      assertThat(one.awaitLine("done")).isEmpty();
      assertThat(other.awaitLine("done")).isEmpty();
    }

    assertThat(new String(store.read("a/count").orElseThrow().content(), StandardCharsets.UTF_8))
        .isEqualTo(Integer.toString(2 * CountingProcess.TIMES));
  }

  private ChildProcess start() throws Exception {
    return ChildProcess.start(CountingProcess.class, List.of(), folder.toString());
  }

  @Test
  void aFileOfSomebodyElseIsNamed() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/b"), "hello");

    assertThatThrownBy(() -> store.read("a/b"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("its first line is not one of Renkei's");
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> DirectoryState.open(file.resolve("state")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("hub.state.directory");
  }

  @Test
  void namesDoNotLeaveTheFolder() {
    assertThatThrownBy(() -> store.read("../b")).isInstanceOf(IllegalArgumentException.class);
  }
}
