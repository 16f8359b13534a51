package dev.renkei.core.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir private Path folder = Path.of("");

  /** Tries in a process of its own. */
  public static final class Other {
    private Other() {}

    /** Ends with 0 where the lock is free. */
    public static void main(String[] arguments) throws Exception {
      System.exit(ProcessLock.tryTake(Path.of(arguments[0])).isPresent() ? 0 : 1);
    }
  }

  private static boolean isFreeForOthers(Path file) throws Exception {
    return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                file.toString())
            .inheritIO()
            .start()
            .waitFor()
        == 0;
  }

  @Test
  void aLockTriedInVainIsStillHeldAgainstOthers() throws Exception {
    Path file = folder.resolve("made/for.lock");
    try (ProcessLock held = ProcessLock.tryTake(file).orElseThrow()) {
      assertThat(ProcessLock.tryTake(file)).as("by %s", held).isEmpty();

      assertThat(isFreeForOthers(file)).isFalse();
    }
    assertThat(isFreeForOthers(file)).isTrue();
  }

  @Test
  void closingTwiceDoesNotLetGoOfWhatIsTakenAnew() throws Exception {
    Path file = folder.resolve("lock");
    ProcessLock first = ProcessLock.tryTake(file).orElseThrow();
    first.close();
    try (ProcessLock second = ProcessLock.tryTake(file).orElseThrow()) {
      first.close();

      assertThat(ProcessLock.tryTake(file)).as("by %s", second).isEmpty();
    }
  }
}
