package dev.renkei.server.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * What is told of an alert, once when it fires and once when it has cleared.
 *
 * @param id unlike that of any other notice; the same when it is sent again
 * @param installation as configured
 * @param alert the rule's name
 * @param since when it became wrong
 */
public record Notice(
    String id,
    State state,
    String installation,
    String alert,
    AlertRule.Severity severity,
    String subject,
    String message,
    String cure,
    Instant since,
    Instant at) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether it begins, ends, or only tries the way. */
  public enum State {
    FIRING,
    CLEARED,
    TEST
  }

  public Notice {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(state, "state");
  }

  /** A notice that says that it is none. */
  public static Notice test(String installation, Instant at) {
    return new Notice(
        "alert-test-" + UUID.randomUUID(),
        State.TEST,
        installation,
        "test",
        AlertRule.Severity.WARNING,
        "nothing",
        "This is a test of `renkei alerts test`: nothing is wrong.",
        "There is nothing to do.",
        at,
        at);
  }

  /** As a webhook gets it: JSON in UTF-8. */
  public byte[] json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", "renkei.alert");
    json.put("id", id);
    json.put("state", state.name().toLowerCase(Locale.ROOT));
    json.put("installation", installation);
    json.put("alert", alert);
    json.put("severity", severity.name().toLowerCase(Locale.ROOT));
    json.put("subject", subject);
    json.put("message", message);
    json.put("cure", cure);
    json.put("since", since.toString());
    json.put("at", at.toString());
    return bytes(json);
  }

  /**
   * As an <a
   * href="https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks">incoming
   * webhook</a> of Slack gets it.
   */
  public byte[] slack() {
    ObjectNode json = JSON.createObjectNode();
    String head =
        switch (state) {
          case FIRING ->
              severity == AlertRule.Severity.CRITICAL
                  ? ":rotating_light: *FIRING*"
                  : ":warning: *FIRING*";
          case CLEARED -> ":white_check_mark: *CLEARED*";
          case TEST -> ":wave: *TEST*";
        };
    String text =
        "%s `%s` %s (%s)\n%s%s"
            .formatted(
                head,
                alert,
                escaped(subject),
                escaped(installation),
                escaped(message),
                state == State.FIRING ? "\n" + escaped(cure) : "");
    json.put("text", text);
    return bytes(json);
  }

  /** What Slack asks for, so that nothing becomes a mention or a link. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a notice cannot be written", e);
    }
  }
}
