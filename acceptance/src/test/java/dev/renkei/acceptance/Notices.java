package dev.renkei.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * What an installation tells a webhook of its alerts, at {@code /alert}.
 *
 * @param patience how long one is waited for
 */
record Notices(Webhooks receiver, Duration patience) {
  /**
   * Waits until it is told.
   *
   * @param state {@code firing} or {@code cleared}
   */
  void await(String state, String alert, String subject) throws Exception {
    Waiting.until(
        patience,
        () ->
            told(state, alert, subject).isPresent()
                ? Optional.empty()
                : Optional.of(
                    "nobody is told %s %s of %s, but %s"
                        .formatted(state, alert, subject, receiver.calls())));
  }

  private Optional<JsonNode> told(String state, String alert, String subject) {
    return receiver.calls("/alert").stream()
        .map(Webhooks.Call::body)
        .filter(
            notice ->
                notice.get("state").asText().equals(state)
                    && notice.get("alert").asText().equals(alert)
                    && notice.get("subject").asText().equals(subject))
        .findFirst();
  }
}
