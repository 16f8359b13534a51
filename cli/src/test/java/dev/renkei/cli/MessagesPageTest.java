package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.core.config.Configuration;
import dev.renkei.server.Verdict;
import dev.renkei.server.alert.AlertRule;
import dev.renkei.server.alert.AlertRules;
import dev.renkei.sqlserver.FailureKind;
import dev.renkei.sqlserver.Validity;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the docs is what the types say by which Renkei tells that something is wrong. After a
 * change of one, {@code mvn -pl cli -am test -Dtest=MessagesPageTest -Drenkei.rewrite=true} writes
 * it anew.
 */
class MessagesPageTest {
  private static final String HEAD =
      """
      # Messages

      What an operator meets in `renkei status`, the [console](console.md), notices and the log, by the kinds that the code knows: what each says, how bad it is and
      what to do next. **Not here** are sentences that are made where something fails and name their own cure: faults of the configuration (each with its key and
      what would be accepted), findings of `renkei check` (each with its T-SQL), refusals of the control endpoint, troubles of a loader, and what a database, Kafka or Google itself
      says, which Renkei passes on. How commands end is in [exit codes](exit-codes.md); what one sees and cannot place, in
      [troubleshooting](guides/troubleshooting.md).

      ## What status and console find
      `PROBLEM`: somebody must act. `DEGRADED`: it works, or will by itself. The level is that where nothing makes up for it: what another process does instead is
      `DEGRADED`. The console shows these words, `renkei status` the same with what was seen.

      | kind | level | says | what to do |
      |---|---|---|---|
      """;
  private static final String FAILURES =
      """

      ## Why a tracker tries again
      Logged as WARN with `kind`, `retry` and `delayMillis`, with what SQL Server said; the same is the `problem` of a table or tracker in `renkei status --json`. Each
      wait is twice as long as the one before, up to 30 s; after `retry_max_times` in a row the table alerts, and is tried again all the while.

      | kind | says | what to do |
      |---|---|---|
      """;
  private static final String LOST =
      """

      ## Why a table is loaded again, or stops
      Logged as WARN `history lost` with `reason`, and in `lastReload` of the table in `renkei status --json`. With `on_history_lost: stop` the table stops instead, as
      ERROR `table stopped`, until `renkei reload TABLE`.

      | reason | says | so that it does not come again |
      |---|---|---|
      """;
  private static final String VALID =
      """

      These lose nothing; the table is read again and again until it is mended:

      | reason | says |
      |---|---|
      """;
  private static final String ALERTED =
      """

      ## What alerts
      Logged as WARN `alert fires` and INFO `alert cleared`, and told to `alerts.to`. When each fires is in [alerts](alerts.md).

      | alert | level | says | what to do |
      |---|---|---|---|
      """;
  private static final String BY_ITSELF =
      "It goes on by itself; the message says what holds it up.";

  @TempDir private Path folder = Path.of("");

  @Test
  void thePageIsWhatTheCodeSays() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    JsonNode texts = texts();
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      JsonNode next = texts.get("next." + kind);
      page.append(
          "| `%s` | `%s` | %s | %s |%n"
              .formatted(
                  kind,
                  kind.worst(),
                  texts.at("/finding." + kind + "/en").asText(),
                  next == null ? BY_ITSELF : next.get("en").asText()));
    }
    page.append(FAILURES);
    for (FailureKind kind : FailureKind.values()) {
      page.append("| `%s` | %s | %s |%n".formatted(kind, kind.meaning(), kind.cure()));
    }
    page.append(LOST);
    for (Validity validity : Validity.values()) {
      if (validity.historyLost()) {
        page.append(
            "| `%s` | %s | %s |%n".formatted(validity, validity.sentence(), validity.advice()));
      }
    }
    page.append(VALID);
    for (Validity validity : Validity.values()) {
      if (!validity.historyLost() && validity != Validity.HOLDS) {
        page.append("| `%s` | %s |%n".formatted(validity, validity.sentence()));
      }
    }
    page.append(ALERTED);
    for (AlertRule rule : AlertRules.of(configuration().alerts())) {
      page.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  rule.name(),
                  rule.severity().name().toLowerCase(Locale.ROOT),
                  rule.summary(),
                  rule.cure()));
    }

    Rewritten.assertThatFileIs("docs/messages.md", page.toString());
  }

  /** What needs somebody says what to do. */
  @Test
  void everyProblemHasANextStep() throws Exception {
    JsonNode texts = texts();
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      if (kind.worst() == Verdict.Health.PROBLEM) {
        assertThat(texts.has("next." + kind)).as(kind.name()).isTrue();
      }
    }
  }

  private Configuration configuration() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("renkei.yaml"),
            CommandLineTest.SOURCE + "objectives: {lag_p99: 2s, retention_left: 12h}\n");
    return Configuration.load(file, Map.of());
  }

  private static JsonNode texts() throws Exception {
    try (InputStream in =
        Verdict.class.getResourceAsStream("/dev/renkei/server/console/texts.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, "texts.json"));
    }
  }
}
