package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.PubSubCheck.Finding;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code renkei check} is told of Pub/Sub. */
@Tag("long")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PubSubCheckTest {
  private static final String CONSUMER = "local";

  @TempDir private Path folder = Path.of("");
  private FaultyPubSub server;
  private HubConfig.PubSub config;

  @BeforeEach
  void open() throws Exception {
    server = new FaultyPubSub();
    config = Emulator.config(folder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void make() throws Exception {
    PubSubHub.open(config, server.access(), "shop", List.of(CONSUMER)).close();
  }

  private List<Finding> check() throws Exception {
    return PubSubCheck.run(config, server.access(), "shop", List.of(CONSUMER));
  }

  @Test
  void whatIsMissingIsToldAndNotMade() throws Exception {
    for (int times = 0; times < 2; times++) {
      assertThat(check())
          .hasSize(2)
          .allSatisfy(
              finding -> {
                assertThat(finding.fatal()).isFalse();
                assertThat(finding.sentence())
                    .contains("is not there; `renkei up` makes it", "roles/pubsub.editor");
              });
    }
  }

  @Test
  void nothingIsSaidOfAHubThatIsWell() throws Exception {
    make();

    assertThat(check()).isEmpty();
  }

  @Test
  void whatCannotWorkStandsInTheWay() throws Exception {
    make();

    assertThat(PubSubCheck.run(config, server.access(), "other", List.of(CONSUMER)))
        .filteredOn(Finding::fatal)
        .singleElement()
        .extracting(Finding::sentence)
        .asString()
        .contains("belongs to the installation 'shop', this one is 'other'");
  }

  @Test
  void eachRightThatIsMissingIsToldWithItsRole() throws Exception {
    make();
    server.takeAway("pubsub.topics.publish", "pubsub.subscriptions.consume");

    assertThat(check())
        .allMatch(Finding::fatal)
        .extracting(Finding::sentence)
        .containsExactly(
            PubSubPlan.hubTopic(config)
                + ": this account lacks pubsub.topics.publish. Grant it roles/pubsub.publisher on it.",
            PubSubPlan.subscription(config, CONSUMER)
                + ": this account lacks pubsub.subscriptions.consume. Grant it roles/pubsub.subscriber on it.");
  }

  @Test
  void whatMayNotBeLookedAtIsToldWithItsRole() throws Exception {
    make();
    server.refuseLooks(Status.PERMISSION_DENIED.withDescription("User not authorized"));

    assertThat(check())
        .hasSize(2)
        .allMatch(Finding::fatal)
        .allSatisfy(finding -> assertThat(finding.sentence()).contains("roles/pubsub.viewer"));
  }

  @Test
  @Tag("long")
  void aHubThatDoesNotAnswerIsAFailure() {
    server.refuseLooks(Status.UNAVAILABLE.withDescription("away"));

    assertThatThrownBy(this::check)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no answer (")
        .hasMessageContaining("pubsub.googleapis.com");
  }
}
