package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users type, and what they are told. */
class CommandLineTest {
  static final String SOURCE =
      """
      version: 1
      name: shop
      data_dir: ./data
      source:
        sqlserver: {host: 127.0.0.1, port: 1, database: Shop, encrypt: false, username: u, password: "p"}
      tables: {include: ["dbo.*"]}
      hub: {type: kafka, bootstrap_servers: embedded}
      warehouses: {local: {type: duckdb, path: ./data/shop.duckdb}}
      """;

  @TempDir private Path folder = Path.of("");

  /** What a run said, and how it ended. */
  private record Said(int code, String out, String err) {}

  private static Said run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = Main.run(arguments);
      return new Said(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private String configuration(String text) throws Exception {
    return Files.writeString(folder.resolve("renkei.yaml"), text).toString();
  }

  static Stream<List<String>> commands() {
    return Stream.of(
        List.of("demo"),
        List.of("init"),
        List.of("check"),
        List.of("up"),
        List.of("track"),
        List.of("flow"),
        List.of("load"),
        List.of("status"),
        List.of("query"),
        List.of("verify"),
        List.of("reload"),
        List.of("replay"),
        List.of("dead-letters"),
        List.of("dead-letters", "list"),
        List.of("deploy"),
        List.of("deploy", "plan"),
        List.of("terraform"),
        List.of("stand-in"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHelpsWithExamples(List<String> command) {
    String[] arguments =
        Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);

    Said said = run(arguments);

    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("Examples:", "renkei " + String.join(" ", command));
  }

  @Test
  void namesAllCommandsAndExitCodes() {
    assertThat(run("--help").out())
        .contains("demo", "init", "check", "up", "query", "6   what was compared differs");
  }

  @Test
  void refusesAnUnknownCommandAsUsage() {
    assertThat(run("upp").code()).isEqualTo(2);
  }

  @Test
  void tellsHowToGetAConfigurationThatIsMissing() {
    Said said = run("up", "-c", folder.resolve("no.yaml").toString());

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("no.yaml", "no such file", "renkei init");
  }

  @Test
  void tellsAllFaultsOfAConfigurationAtOnce() throws Exception {
    String file =
        configuration(SOURCE.replace("port: 1", "port: 99999").replace("version: 1", "version: 7"));

    Said said = run("check", "-c", file);

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("2 faults", "source.sqlserver.port", "version");
  }

  @Test
  void terraformRefusesAHubOnKafka() throws Exception {
    Path output = folder.resolve("infrastructure");

    Said said = run("terraform", "-c", configuration(SOURCE), "-o", output.toString());

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("not for Terraform", "hub: its type is `kafka`", "pubsub");
    assertThat(output).doesNotExist();
  }

  @Test
  void terraformWritesModulesAndVariables() throws Exception {
    String file =
        configuration(
            SOURCE.replace(
                "{type: kafka, bootstrap_servers: embedded}",
                "{type: pubsub, project: shop-data, state: \"gs://shop-renkei/state\"}"));
    Path output = folder.resolve("infrastructure");

    Said said = run("terraform", "-c", file, "-o", output.toString());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).contains("renkei.auto.tfvars.json", "no health check reaches it");
    assertThat(output.resolve("modules/hub/main.tf")).exists();
    assertThat(output.resolve("renkei.auto.tfvars.json")).content().contains("renkei.hub.local");
  }

  @Test
  void checkTellsThatTheSourceDoesNotAnswer() throws Exception {
    Said said = run("check", "-c", configuration(SOURCE));

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.out())
        .contains("ok    configuration", "FAIL  source", "look whether SQL Server runs")
        .contains("ok    hub", "ok    warehouse      local");
  }

  @Test
  void initRefusesAnAddressThatIsNone() {
    Said said = run("init", "--url", "jdbc:sqlserver://127.0.0.1:1;user=u;password=p");

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("--url", "databaseName");
  }

  @Test
  void initTellsThatTheDatabaseDoesNotAnswer() {
    Said said =
        run(
            "init",
            "--url",
            "jdbc:sqlserver://127.0.0.1:1;databaseName=Shop;user=u;password=secret-1;loginTimeout=1");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("cannot be asked").doesNotContain("secret-1");
  }

  @Test
  void statusTellsThatNothingRuns() throws Exception {
    Said said = run("status", "-c", configuration(SOURCE));

    assertThat(said.code()).isEqualTo(4);
    assertThat(said.err()).contains("nothing runs for shop", "renkei up");
  }

  @Test
  void queryTellsThatThereIsNoWarehouseYet() throws Exception {
    Said said = run("query", "-c", configuration(SOURCE), "SELECT 1");

    assertThat(said.code()).isEqualTo(5);
    assertThat(said.err()).contains("shop.duckdb is not there yet", "renkei up");
  }

  @Test
  void queryNamesTheWarehousesThatThereAre() throws Exception {
    Said said = run("query", "-c", configuration(SOURCE), "--warehouse", "cloud", "SELECT 1");

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("local");
  }

  @Test
  void reloadTellsThatNoBrokerRuns() throws Exception {
    Said said = run("reload", "-c", configuration(SOURCE), "dbo.Orders");

    assertThat(said.code()).isEqualTo(4);
    assertThat(said.err()).contains("renkei up");
  }

  @Test
  void reloadWantsTablesOrAll() throws Exception {
    assertThat(run("reload", "-c", configuration(SOURCE)).code()).isEqualTo(2);
    assertThat(run("reload", "-c", configuration(SOURCE), "--all", "dbo.Orders").code())
        .isEqualTo(2);
  }

  @Test
  void flowNamesThoseThatThereAre() throws Exception {
    Said said = run("flow", "hide", "-c", configuration(SOURCE));

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("no flow 'hide'", "dedupe", "mask");
  }

  @Test
  void trackRefusesANameThatIsNoIdentifier() throws Exception {
    assertThat(run("track", "--name", "a b", "-c", configuration(SOURCE)).code()).isEqualTo(2);
  }

  @Test
  void demoRefusesNonsense() {
    assertThat(run("demo", "--seconds", "0").code()).isEqualTo(2);
    assertThat(run("demo", "--plant", "flowers").code()).isEqualTo(2);
  }

  @Test
  void demoRefusesAFolderThatIsNotEmpty() throws Exception {
    Files.writeString(folder.resolve("precious"), "data");

    Said said = run("demo", "--seconds", "1", "--data", folder.toString());

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("not empty");
    assertThat(folder.resolve("precious")).exists();
  }

  @Test
  void marksAreRefusedOnKafkaWithWhatDoesInstead() throws Exception {
    String file = configuration(SOURCE);

    for (List<String> asked :
        List.of(
            List.of("--mark", "before"),
            List.of("--from-mark", "before"),
            List.of("--marks"),
            List.of("--delete-mark", "before"))) {
      Said said =
          run(
              Stream.concat(Stream.of("replay", "-c", file), asked.stream())
                  .toArray(String[]::new));

      assertThat(said.code()).isEqualTo(2);
      assertThat(said.err())
          .contains("marks are snapshots of Pub/Sub", "renkei replay --from TIME");
    }
  }

  @Test
  void aReplayBeginsAtATimeOrAtAMark() throws Exception {
    String file = configuration(SOURCE);

    assertThat(run("replay", "-c", file).code()).isEqualTo(2);
    assertThat(run("replay", "-c", file, "--from", "6h", "--from-mark", "before").code())
        .isEqualTo(2);
    assertThat(run("replay", "--help").out()).contains("--from-mark before-deploy");
  }
}
