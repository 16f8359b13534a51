package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.acceptance.Project;
import dev.renkei.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code renkei demo} as a user starts it. */
@Tag("long")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern PLANTED = Pattern.compile("(?m)^demo: planted in (.+)$");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final Set<ProcessHandle> seen = new HashSet<>();

  @AfterEach
  void endWhatATestHasLeft() {
    seen.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void reportsWhatTheContractSaysAndItsSumsHold() throws Exception {
    try (Program demo = demo("--seconds", "5", "--json")) {
      assertThat(codeOf(demo)).as(demo.lastWords()).isZero();

      ObjectNode report = (ObjectNode) JSON.readTree(demo.output());
      assertThat(report.remove("uses"))
          .allSatisfy(use -> assertThat(use.get("different").asLong()).isZero())
          .extracting(use -> use.get("name").asText())
          .containsExactly("masked", "one left", "events", "joined", "sales", "visits");
      assertThat(fields("", report))
          .isEqualTo(
              fields(
                  "",
                  withoutKilled(
                      JSON.readTree(
                          Files.readString(
                              Project.root()
                                  .resolve(
                                      "demo/src/test/resources/dev/renkei/demo/demo-report.json"))))));
      assertWhole(report);
      assertThat(report.get("killed")).isEmpty();
      assertThat(report.get("exit_code").asInt()).isZero();
    }
    assertNothingIsLeft();
  }

  @Test
  void losesNothingWhenATrackerIsKilled() throws Exception {
    try (Program demo = demo("--seconds", "5", "--kill-tracker", "--json")) {
      assertThat(codeOf(demo)).as(demo.lastWords()).isZero();

      JsonNode report = JSON.readTree(demo.output());
      assertWhole(report);
      assertThat(report.get("killed")).hasSize(1);
      assertThat(seen)
          .extracting(ProcessHandle::pid)
          .contains(report.get("killed").get(0).get("pid").asLong());
      assertThat(report.get("raw_messages").asLong())
          .isGreaterThan(report.get("delivered").asLong());
    }
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss", "duplicate"})
  void findsAFaultMadeOnPurpose(String fault) throws Exception {
    try (Program demo = demo("--seconds", "3", "--plant", fault, "--json")) {
      assertThat(codeOf(demo)).as(demo.lastWords()).isEqualTo(6);

      Matcher planted = PLANTED.matcher(demo.errors());
      assertThat(planted.find()).as(demo.lastWords()).isTrue();
      assertThat(demo.errors()).contains("demo: different: " + planted.group(1) + ":");
      JsonNode report = JSON.readTree(demo.output());
      assertThat(report.get("lost").asInt()).isEqualTo(fault.equals("loss") ? 1 : 0);
      assertThat(report.get("duplicated").asInt()).isEqualTo(fault.equals("loss") ? 0 : 1);
    }
    assertNothingIsLeft();
  }

  @Test
  void endsWithTheProofAtControlC() throws Exception {
    try (Program demo = demo()) {
      demo.awaitErrors("changes in the warehouse", PATIENCE);
      look(demo);
      demo.interrupt();

      assertThat(codeOf(demo)).as(demo.lastWords()).isZero();
      assertThat(demo.output()).contains("lost 0 · duplicated 0").doesNotContain("DIFFERENT");
    }
    assertNothingIsLeft();
  }

  @Test
  void leavesNoProcessBehindWhenItIsKilled() throws Exception {
    try (Program demo = demo()) {
      demo.awaitErrors("the writer commits", PATIENCE);
      look(demo);
      assertThat(seen).hasSizeGreaterThanOrEqualTo(4);
      demo.kill();
    }
    assertAllEnd();
  }

  private Program demo(String... options) throws Exception {
    Files.createDirectories(temporary());
    return Program.start(
        folder,
        "demo",
        Main.class,
        Stream.concat(Stream.of("demo", "--rows", "5000", "--rate", "500"), Stream.of(options))
            .toList(),
        Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary(), "LC_ALL", "C.UTF-8"));
  }

  private Path temporary() {
    return folder.resolve("tmp");
  }

  /** Remembers its processes while it runs. */
  private int codeOf(Program demo) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!demo.awaitEnd(Duration.ofMillis(50)) && System.nanoTime() < until) {
      look(demo);
    }
    return demo.exitCode(Duration.ZERO);
  }

  private void look(Program demo) {
    seen.addAll(demo.descendants());
  }

  private void assertNothingIsLeft() throws Exception {
    assertThat(seen).isNotEmpty();
    assertAllEnd();
    try (Stream<Path> files = Files.list(temporary())) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("renkei-demo")))
          .isEmpty();
    }
  }

  private void assertAllEnd() throws Exception {
    for (ProcessHandle process : seen) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private static void assertWhole(JsonNode report) {
    assertThat(report.get("lost").asLong()).isZero();
    assertThat(report.get("duplicated").asLong()).isZero();
    assertThat(report.get("dead_letters").asLong()).isZero();
    assertThat(report.get("verify").get("equal").asBoolean()).isTrue();
    assertThat(report.get("committed").asLong())
        .isPositive()
        .isEqualTo(sum(report, "delivered", "collapsed", "superseded"));
    assertThat(report.get("raw_messages").asLong())
        .isEqualTo(sum(report, "delivered", "duplicates_removed"));
  }

  private static long sum(JsonNode report, String... names) {
    return List.of(names).stream().mapToLong(name -> report.get(name).asLong()).sum();
  }

  private static JsonNode withoutKilled(JsonNode contract) {
    ((ObjectNode) contract).putArray("killed");
    return contract;
  }

  /** The names of all fields, those of objects inside with their path. */
  private static Set<String> fields(String path, JsonNode node) {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      names.add(path + field.getKey());
      names.addAll(fields(path + field.getKey() + ".", field.getValue()));
    }
    return names;
  }
}
