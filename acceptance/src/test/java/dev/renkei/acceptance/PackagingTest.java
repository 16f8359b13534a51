package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.renkei.core.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What can be told of image, compose file and unit without the engines that run them: that what
 * they name is there, and that no secret is in them.
 */
class PackagingTest {
  private static final Path ROOT = Project.root();

  private static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }

  private static Stream<String> matches(String regex, String text) {
    return Pattern.compile(regex, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(result -> result.group(1));
  }

  private static JsonNode compose() throws IOException {
    return new YAMLMapper().readTree(read("deploy/compose/compose.yaml"));
  }

  @Test
  void everyPathThatTheImageCopiesIsThere() throws IOException {
    String file = read("Dockerfile");

    assertThat(matches("^COPY (?!--from)(\\S+) ", file))
        .contains(".", "deploy/container/health")
        .allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
    assertThat(matches("^COPY --from=(\\w+) ", file)).containsOnly("build");
    assertThat(ROOT.resolve(".dockerignore")).content().contains("**/target", "**/.env");
  }

  @Test
  void theImageBuildsTheArchiveByTheProfileThatThereIs() throws IOException {
    assertThat(read("Dockerfile")).contains("-Pdistribution", "cli/target/renkei-*.tar.gz");
    assertThat(read("cli/pom.xml")).contains("<id>distribution</id>", "distribution.xml");
    assertThat(read("cli/src/assembly/distribution.xml")).contains("deploy/archive/renkei");
  }

  @Test
  void theImageRunsAsSomebodyWithoutRightsAndIsAskedForItsHealth() throws IOException {
    String file = read("Dockerfile");

    assertThat(matches("^USER (\\S+)$", file)).containsExactly("10001:10001");
    assertThat(matches("^HEALTHCHECK .*CMD (.*)$", file))
        .containsExactly("[\"bash\", \"/opt/renkei/health\"]");
    assertThat(read("deploy/container/health")).contains("/health/live");
    assertThat(matches("^FROM (\\S+)", file))
        .hasSize(2)
        .allSatisfy(image -> assertThat(image).contains(":").doesNotEndWith(":latest"));
  }

  @Test
  void theImageHoldsNoSecret() throws IOException {
    assertThat(matches("^(?:ENV|ARG) (\\w+)", read("Dockerfile"))).containsExactly("PATH");
  }

  @Test
  void everyServiceHasAVersionAndThoseThatStayAHealthCheck() throws IOException {
    JsonNode services = compose().get("services");

    assertThat(services.properties())
        .hasSize(4)
        .allSatisfy(
            service ->
                assertThat(service.getValue().get("image").asText())
                    .contains(":")
                    .doesNotEndWith(":latest"));
    assertThat(services.get("kafka").has("healthcheck")).isTrue();
    assertThat(services.get("sqlserver").has("healthcheck")).isTrue();
    assertThat(services.get("renkei").get("depends_on").toString())
        .contains("service_healthy", "service_completed_successfully");
  }

  @Test
  void passwordsOfTheComposeFileComeFromOutside() throws IOException {
    List<String> given =
        matches("^ *\\w*(?:PASSWORD|TOKEN): (.*)$", read("deploy/compose/compose.yaml")).toList();

    assertThat(given)
        .hasSize(5)
        .allSatisfy(value -> assertThat(value).matches("\\$\\{\\w+:\\?.*}"));
    assertThat(matches("\\$\\{(\\w+):\\?", String.join("\n", given)))
        .allSatisfy(name -> assertThat(read("deploy/compose/.env.example")).contains(name + "=\n"));
  }

  @Test
  void everyFileThatTheComposeFileMountsIsThere() throws IOException {
    assertThat(matches("(\\./[\\w.]+):/", read("deploy/compose/compose.yaml")))
        .hasSize(2)
        .allSatisfy(path -> assertThat(ROOT.resolve("deploy/compose").resolve(path)).exists());
  }

  @Test
  void theConfigurationOfTheComposeFileIsOne() throws Exception {
    JsonNode environment = compose().get("services").get("renkei").get("environment");
    assertThat(environment.properties().stream().map(Map.Entry::getKey))
        .contains("SQLSERVER_USER", "SQLSERVER_PASSWORD", "RENKEI_TOKEN");

    Configuration config =
        Configuration.load(
            ROOT.resolve("deploy/compose/renkei.yaml"),
            Map.of("SQLSERVER_USER", "renkei", "SQLSERVER_PASSWORD", "p", "RENKEI_TOKEN", "t"));

    assertThat(config.source().sqlserver().host()).isEqualTo("sqlserver");
    assertThat(config.server().listen().port()).isEqualTo(8080);
  }

  @Test
  void theDatabaseOfTheComposeFileHasWhatTrackingNeeds() throws IOException {
    assertThat(read("deploy/compose/init.sql"))
        .contains(
            "SET CHANGE_TRACKING = ON",
            "ALLOW_SNAPSHOT_ISOLATION ON",
            "GRANT SELECT ON SCHEMA::dbo TO renkei",
            "GRANT VIEW CHANGE TRACKING ON SCHEMA::dbo TO renkei",
            "GRANT VIEW DATABASE STATE TO renkei")
        .doesNotContain("db_owner", "CONTROL");
  }

  @Test
  void theUnitStartsTheLauncherOfTheArchiveAndIsKeptAlive() throws IOException {
    String unit = read("deploy/systemd/renkei.service");

    assertThat(unit)
        .contains(
            "ExecStart=/opt/renkei/renkei up -c /etc/renkei/renkei.yaml --plain",
            "Restart=always",
            "User=renkei",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "StateDirectory=renkei");
    Matcher patience = Pattern.compile("TimeoutStopSec=(\\d+)").matcher(unit);
    assertThat(patience.find()).isTrue();
    assertThat(Integer.parseInt(patience.group(1))).isGreaterThanOrEqualTo(60);
  }
}
