package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import dev.renkei.demo.Shop;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.ControlClient;
import dev.renkei.server.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Slide 30: tables and columns are added while all runs, without loss. Under load the source gets a
 * table and a column; then loader, dedupe and trackers are replaced one after the other with a
 * configuration that follows the table and a column that was left out, in the order that {@code
 * renkei deploy plan} says.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DeployTest {
  private static final Map<String, String[]> ROLES = roles();
  private static final int ROWS = 3_000;
  private static final int CHANGES_A_SECOND = 300;
  private static final int SNAPSHOT_ROWS_A_SECOND = 50_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final Map<String, Program> running = new LinkedHashMap<>();

  private static Map<String, String[]> roles() {
    Map<String, String[]> roles = new LinkedHashMap<>();
    roles.put("load local", new String[] {"load"});
    roles.put("flow dedupe", new String[] {"flow", "dedupe"});
    roles.put("track tracker-a", new String[] {"track", "--name", "tracker-a"});
    roles.put("track tracker-b", new String[] {"track", "--name", "tracker-b"});
    return roles;
  }

  @Test
  void tablesAndColumnsAreAddedInARollingDeploymentWithoutLoss() throws Exception {
    try (Site site = Site.open(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND);
        KafkaHub hub = KafkaHub.open(site.hubConfig(), site.folder())) {
      try {
        configure(site, "exclude: [dbo.Campaigns]", "[Email]");
        for (String role : ROLES.keySet()) {
          start(site, role);
        }
        awaitUp(site);
        try (Program writer = site.writer(site.ledger(), 3, CHANGES_A_SECOND)) {
          alterTheSource(site);
          configure(site, "exclude: []", "[]");
          roll(site, plan(site, 6));
          assertThat(plan(site, 0).get("verdict").asText()).isEqualTo("nothing");
          awaitLoadedColumns(site);
          Site.end(writer);
        }
        Ledger ledger = Ledger.read(site.ledger());
        site.awaitArrival(hub, ledger, named("load local"));
        Verdict.assertNothingSetAside(hub);
        assertThat(ask(site, "SELECT count(*) FROM dbo.Campaigns")).isEqualTo("3");
        for (Program role : running.values()) {
          Site.stop(role);
        }
        Evidence evidence = site.prove(hub, ledger);
        Verdict.print("DeployTest", evidence);
        Verdict.assertWhole(evidence, "a rolling deployment");
      } finally {
        running.values().forEach(Program::close);
      }
    }
  }

  /** With another setting of Kafka's clients too, so that every process is concerned. */
  private static void configure(Site site, String exclude, String excludedColumns)
      throws Exception {
    String text =
        Files.readString(site.configuration())
            .replaceAll("(?m)^  exclude: .*\n  override: .*\n", "")
            .replaceAll(", properties: \\{.*\\}\\}", "}")
            .replace(
                "  include: [\"dbo.*\"]\n",
                "  include: [\"dbo.*\"]\n  %s\n  override: {dbo.Customers: {exclude_columns: %s}}\n"
                    .formatted(exclude, excludedColumns));
    Files.writeString(
        site.configuration(),
        excludedColumns.equals("[]")
            ? text.replaceAll(
                "(?m)^hub: \\{(.*)\\}$", "hub: {$1, properties: {metadata.max.age.ms: \"60000\"}}")
            : text);
  }

  private static void alterTheSource(Site site) throws Exception {
    try (Connection connection = DriverManager.getConnection(site.source().jtdsUrl(Shop.DATABASE));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE dbo.Campaigns (CampaignID int PRIMARY KEY, Name nvarchar(40))");
      statement.execute("ALTER TABLE dbo.Campaigns ENABLE CHANGE_TRACKING");
      statement.execute("INSERT dbo.Campaigns VALUES (1, N'spring'), (2, N'summer'), (3, N'sale')");
      statement.execute(
          "ALTER TABLE dbo.Products ADD Season nvarchar(10) NOT NULL CONSTRAINT DF_Season DEFAULT N'all'");
    }
  }

  /** Replaces the processes in the plan's order, each when the one before is up again. */
  private void roll(Site site, JsonNode plan) throws Exception {
    List<String> order = new ArrayList<>();
    plan.get("order")
        .forEach(step -> order.add(step.get("what").asText().replaceAll(" \\(.*", "")));
    assertThat(order).containsExactlyElementsOf(ROLES.keySet());
    List<String> effects = new ArrayList<>();
    plan.get("effects")
        .forEach(e -> effects.add(e.get("kind").asText() + " " + e.get("subject").asText()));
    assertThat(effects)
        .containsExactlyInAnyOrder(
            "rights dbo.Campaigns",
            "reload dbo.Campaigns",
            "rights dbo.Customers",
            "reload dbo.Customers");
    for (String role : order) {
      long begun = System.nanoTime();
      Site.stop(named(role));
      start(site, role);
      awaitUp(site);
      System.out.printf(
          "DeployTest: %s replaced within %d ms%n",
          role, Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }
  }

  private void start(Site site, String role) throws Exception {
    Program program = site.renkei(role, ROLES.getOrDefault(role, new String[0]));
    running.put(role, program);
    program.awaitOutput("(?m)^ready", PATIENCE);
  }

  private Program named(String role) {
    Program program = running.get(role);
    if (program == null) {
      throw new IllegalStateException(role + " does not run");
    }
    return program;
  }

  private void awaitUp(Site site) throws Exception {
    try (Program status = command(site, "status", "--wait", "3m")) {
      assertThat(status.exitCode(PATIENCE.plusMinutes(1))).as(status.lastWords()).isZero();
    }
  }

  private JsonNode plan(Site site, int code) throws Exception {
    try (Program plan = command(site, "deploy", "plan", "--json")) {
      assertThat(plan.exitCode(PATIENCE)).as(plan.lastWords()).isEqualTo(code);
      return new ObjectMapper().readTree(plan.output());
    }
  }

  private Program command(Site site, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-c", site.configuration().toString()));
    return Program.renkei(folder.resolve("logs"), words[0], all.toArray(String[]::new));
  }

  /** The reload that brings them begins when no tracker runs the old configuration. */
  private static void awaitLoadedColumns(Site site) throws Exception {
    String without =
        "SELECT (SELECT count(*) FROM dbo.Customers WHERE Email IS NULL) + (SELECT count(*) FROM dbo.Products WHERE Season IS NULL)";
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!ask(site, without).equals("0")) {
      assertThat(System.nanoTime()).as("rows without the new columns").isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** One value of the warehouse; what cannot be asked yet, for a column that is missing, is "-". */
  private static String ask(Site site, String sql) throws Exception {
    for (RunFiles.Running process : RunFiles.living(site.config().dataDir())) {
      if (process.roles().contains("load local")) {
        try {
          return String.valueOf(
              new ControlClient(process.url(), null, Duration.ofSeconds(10))
                  .query(sql, null, 1)
                  .rows()
                  .get(0)
                  .get(0));
        } catch (dev.renkei.server.ControlException e) {
          return "-";
        }
      }
    }
    return "-";
  }
}
