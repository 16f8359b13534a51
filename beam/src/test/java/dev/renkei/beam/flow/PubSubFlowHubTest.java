package dev.renkei.beam.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.hub.pubsub.state.StateBeginnings;
import dev.renkei.hub.pubsub.state.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline leaves behind in the hub's state. */
class PubSubFlowHubTest {
  private static final String SUBSCRIPTION = "projects/p/subscriptions/renkei.hub.cloud";

  @TempDir private Path folder = Path.of("");

  @Test
  void aPipelineThatHasReadLeavesNoBeginningToALoader() throws Exception {
    HubState state = new HubState.Directory(folder.toAbsolutePath().toString());
    Instant now = Instant.parse("2026-01-01T12:00:00Z");
    try (StateStore store = state.open()) {
      StateBeginnings beginnings = new StateBeginnings(store);
      beginnings.note(SUBSCRIPTION, "one", now);

      new PubSubFlowHub(SUBSCRIPTION, state, null).openSchemas().close();

      assertThat(beginnings.take(SUBSCRIPTION, "one", Duration.ofDays(7), now)).isFalse();
    }
  }
}
