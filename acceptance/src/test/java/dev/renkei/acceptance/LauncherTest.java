package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user starts it, in a process of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LauncherTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void saysItsVersion() throws Exception {
    Ended ended = run("--version");

    assertThat(ended.output()).startsWith("renkei ").contains("Java");
    assertThat(ended.code()).isZero();
  }

  @Test
  void refusesAnUnknownCommandWithAHintAndCodeTwo() throws Exception {
    Ended ended = run("stand-inn");

    assertThat(ended.output()).contains("stand-inn").contains("stand-in");
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  void aStandInSaysWhereItListensAndEndsOnASignal() throws Exception {
    Process process = start("stand-in", "--port", "0", "--database", "Shop");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Map<String, String> said = untilReady(out);
      String address = said.getOrDefault("address", "");

      try (Connection connection =
          DriverManager.getConnection(
              "jdbc:sqlserver://%s;databaseName=Shop;encrypt=false".formatted(address),
              said.get("user"),
              said.get("password"))) {
        assertThat(connection.getCatalog()).isEqualTo("Shop");
      }
      process.destroy();

      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPortInUseIsAUsageErrorThatNamesTheWayOut() throws Exception {
    try (java.net.ServerSocket taken =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Ended ended = run("stand-in", "--port", Integer.toString(taken.getLocalPort()));

      assertThat(ended.output())
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("--port 0");
      assertThat(ended.code()).isEqualTo(2);
    }
  }

  @Test
  void aFaultyScriptIsNamedBeforeTheAddressIsPrinted() throws Exception {
    Path script = folder.resolve("faulty.sql");
    java.nio.file.Files.writeString(
        script, "CREATE TABLE dbo.t(id int PRIMARY KEY)\nGO\nSELECT * FROM dbo.nowhere\n");

    Ended ended = run("stand-in", "--port", "0", "--script", script.toString());

    assertThat(ended.output())
        .contains("faulty.sql")
        .contains("dbo.nowhere")
        .doesNotContain("address");
    assertThat(ended.code()).isEqualTo(2);
  }

  private record Ended(String output, int code) {}

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(output, process.waitFor());
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path", ""), "dev.renkei.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static Map<String, String> untilReady(BufferedReader out) throws IOException {
    Map<String, String> said = new HashMap<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("ready")) {
        return said;
      }
      String[] parts = line.split(" +", 2);
      said.put(parts[0], parts[1]);
    }
    throw new AssertionError("ended before it was ready: " + said);
  }
}
