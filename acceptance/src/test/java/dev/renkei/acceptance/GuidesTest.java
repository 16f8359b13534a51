package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages tell a reader to type, typed as it stands, in an empty folder. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class GuidesTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  static List<Guide> guides() throws IOException {
    return Guide.all();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("guides")
  void whatItTellsToTypeWorks(Guide guide) throws Exception {
    assumeTrue(isThere("tsql") || !guide.script().contains("tsql "), "needs tsql (freetds-bin)");
    Path here = Files.createDirectory(folder.resolve("here"));
    Path script = Files.writeString(folder.resolve("typed.sh"), guide.script());
    Path output = folder.resolve("output.txt");

    Process shell = shell(script, here, output);
    try {
      assertThat(shell.waitFor(8, TimeUnit.MINUTES))
          .as(() -> "ended in time; so far:\n" + read(output))
          .isTrue();
    } finally {
      shell.destroy(); // its trap ends what it has begun
      shell.waitFor(20, TimeUnit.SECONDS);
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }

    assertThat(shell.exitValue()).as(() -> read(output)).isZero();
    List<String> lines = read(output).lines().toList();
    for (int i = 0; i < guide.blocks().size(); i++) {
      Guide.Block block = guide.blocks().get(i);
      if (!block.printed().isEmpty()) {
        assertThat(Guide.printed(lines, i).stream().map(GuidesTest::timeless))
            .as("printed by: %s", block.typed())
            .containsSubsequence(block.printed().stream().map(GuidesTest::timeless).toList());
      }
    }
  }

  @Test
  void aBlockIsTypedAndTheOneBehindItIsWhatItPrints() {
    Guide guide =
        Guide.of(
            "page.md",
            List.of(
                "# Page",
                "```sh test",
                "echo a",
                "```",
                "```",
                "a",
                "```",
                "",
                "```sh",
                "not this",
                "```",
                "```sh test",
                "echo b",
                "echo c",
                "```",
                "",
                "```",
                "z",
                "```"));

    assertThat(guide.blocks())
        .containsExactly(
            new Guide.Block("echo a", List.of("a")), new Guide.Block("echo b\necho c", List.of()));
    assertThat(
            Guide.printed(
                List.of("======== block 0", "a", "======== block 1", "b", "======== block 2"), 1))
        .containsExactly("b");
  }

  /** Without what differs from run to run. */
  private static String timeless(String line) {
    return line.stripTrailing().replaceAll("\\d+ ms", "0 ms");
  }

  private Process shell(Path script, Path here, Path output) throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path renkei =
        Files.writeString(
            bin.resolve("renkei"),
            """
            #!/usr/bin/env bash
            exec "%s" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx768m -cp "$RENKEI_CLASS_PATH" dev.renkei.cli.Main "$@"
            """
                .formatted(Path.of(System.getProperty("java.home"), "bin", "java")));
    Files.setPosixFilePermissions(renkei, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder shell =
        new ProcessBuilder("bash", script.toString())
            .directory(here.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    shell.environment().merge("PATH", "", (path, none) -> bin + File.pathSeparator + path);
    shell.environment().put("RENKEI_CLASS_PATH", System.getProperty("java.class.path", ""));
    Process process = shell.start();
    process.getOutputStream().close();
    return process;
  }

  private static boolean isThere(String command) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private static String read(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return "nothing: " + e;
    }
  }
}
