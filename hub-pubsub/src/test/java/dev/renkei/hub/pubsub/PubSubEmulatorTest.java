package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.hub.pubsub.PubSubEmulator.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the emulator is looked for, and that it does not outlive who has started it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PubSubEmulatorTest {
  @TempDir private Path folder = Path.of("");

  private Path sdk(String name) throws Exception {
    Path lib = folder.resolve(name).resolve("platform/pubsub-emulator/lib");
    Files.createDirectories(lib);
    return Files.createFile(lib.resolve("cloud-pubsub-emulator-0.8.20-all.jar"));
  }

  @Test
  void oneThatRunsIsUsed() {
    assertThat(
            PubSubEmulator.find(
                Map.of("PUBSUB_EMULATOR_HOST", "localhost:8085", "CLOUDSDK_ROOT_DIR", "/x"),
                folder))
        .isEqualTo(new Found.Running("localhost:8085"));
  }

  @Test
  void theJarIsFoundInTheSdkThatTheEnvironmentNames() throws Exception {
    Path jar = sdk("sdk");

    assertThat(
            PubSubEmulator.find(
                Map.of("CLOUDSDK_ROOT_DIR", folder.resolve("sdk").toString()), folder))
        .isEqualTo(new Found.Jar(jar));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theJarIsFoundBehindTheLinkOfGcloud() throws Exception {
    Path jar = sdk("sdk");
    Files.createDirectories(folder.resolve("sdk/bin"));
    Files.createFile(folder.resolve("sdk/bin/gcloud"));
    Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("bin/gcloud"), folder.resolve("sdk/bin/gcloud"));

    Found found = PubSubEmulator.find(Map.of("PATH", folder.resolve("bin").toString()), folder);

    assertThat(found).isEqualTo(new Found.Jar(jar.toRealPath()));
  }

  @Test
  void withoutOneItIsSaidWhereItWasLookedForAndHowToGetIt() {
    PubSubEmulator.find(Map.of(), folder);
    Found found = PubSubEmulator.find(Map.of("CLOUDSDK_ROOT_DIR", "/nowhere"), folder);

    // On a machine with the SDK in a usual place it is found there.
    if (found instanceof Found.Nowhere nowhere) {
      assertThat(nowhere.sentence())
          .contains(
              "/nowhere", "PUBSUB_EMULATOR_HOST", "gcloud components install pubsub-emulator");
    } else {
      assertThat(found).isInstanceOf(Found.Jar.class);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void itEndsWhenItsParentIsKilled() throws Exception {
    Emulator.start(folder).close(); // skipped where there is none
    long emulator;
    try (ChildProcess parent =
        ChildProcess.start(EmulatorParent.class, List.of(), folder.toString())) {
      emulator = Long.parseLong(parent.awaitLine("emulator "));
      assertThat(ProcessHandle.of(emulator)).isPresent();
      parent.kill();
    }

    Awaits.until(() -> ProcessHandle.of(emulator).filter(ProcessHandle::isAlive).isEmpty());
  }
}
