package dev.renkei.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NoticeTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aWebhookGetsTheFactsAsJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(firing().json());

    assertThat(json)
        .hasToString(
            """
            {"type":"renkei.alert","id":"alert-1","state":"firing","installation":"shop",\
            "alert":"flow_down","severity":"critical","subject":"flow <dedupe>","message":"A & B",\
            "cure":"Start it.","since":"2026-01-31T12:00:00Z","at":"2026-01-31T12:02:00Z"}""");
  }

  @Test
  void slackGetsATextInWhichNothingBecomesALink() throws Exception {
    JsonNode json = new ObjectMapper().readTree(firing().slack());

    assertThat(json.get("text").asText())
        .isEqualTo(
            ":rotating_light: *FIRING* `flow_down` flow &lt;dedupe&gt; (shop)\nA &amp; B\nStart it.");
  }

  @Test
  void aTestIsMarkedAsOne() {
    Notice test = Notice.test("shop", NOON);

    assertThat(new String(test.json(), StandardCharsets.UTF_8)).contains("\"state\":\"test\"");
    assertThat(new String(test.slack(), StandardCharsets.UTF_8)).contains("*TEST*");
  }

  private static Notice firing() {
    return new Notice(
        "alert-1",
        Notice.State.FIRING,
        "shop",
        "flow_down",
        AlertRule.Severity.CRITICAL,
        "flow <dedupe>",
        "A & B",
        "Start it.",
        NOON,
        NOON.plusSeconds(120));
  }
}
