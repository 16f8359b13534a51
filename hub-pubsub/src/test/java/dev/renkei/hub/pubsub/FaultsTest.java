package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.EncodedMessage;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the emulator cannot do: refusals for a while, answers that are lost, disorder, copies. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FaultsTest {
  private static final String CONSUMER = "local";
  private static final long BUFFER = 16 << 20;

  @TempDir private Path folder = Path.of("");
  private FaultyPubSub server;
  private PubSubHub hub;
  private HubPublisher publisher;

  @BeforeEach
  void open() throws Exception {
    server = new FaultyPubSub();
    HubConfig.PubSub config = Emulator.config(folder);
    hub = PubSubHub.open(config, server.access(), "shop", List.of(CONSUMER));
    publisher = hub.publisher("tracker-a", BUFFER);
  }

  @AfterEach
  void close() {
    publisher.close();
    hub.close();
    server.close();
  }

  private CompletableFuture<Void> publish(int from, int count, long version) throws Exception {
    return publish(publisher.lane(), from, count, version);
  }

  private static CompletableFuture<Void> publish(
      HubPublisher.Lane lane, int from, int count, long version) throws Exception {
    for (int product = from; product < from + count; product++) {
      lane.publish(ShopMessages.update(product, version, product));
    }
    return lane.advance(ShopMessages.cursor("tracker-a", version));
  }

  /** Why it was not published, whether that was told at once or later. */
  private static Throwable refusal(HubPublisher.Lane lane, int from, int count, long version)
      throws Exception {
    try {
      publish(lane, from, count, version).get(60, TimeUnit.SECONDS);
    } catch (HubException e) {
      return e;
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("it was published");
  }

  private static Set<String> expected(int count, long version) {
    Set<String> ids = new HashSet<>();
    IntStream.range(0, count)
        .mapToObj(product -> ShopMessages.update(product, version, product))
        .map(EncodedMessage::attributes)
        .forEach(attributes -> ids.add(attributes.uniqueId()));
    return ids;
  }

  private Set<String> held() {
    Set<String> ids = new HashSet<>();
    server.held().forEach(m -> ids.add(m.getAttributesOrThrow("message_unique_id")));
    return ids;
  }

  private List<Long> cursors() throws Exception {
    return hub.cursors().cursors(ShopMessages.SOURCE).stream().map(Cursor::version).toList();
  }

  @Test
  void whatIsRefusedForAMomentIsSentAgainAndTheCursorWaitsForIt() throws Exception {
    for (Status status :
        List.of(Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED, Status.INTERNAL, Status.ABORTED)) {
      server.refuse(2, status.withDescription("for a while"));
      publish(0, 50, status.getCode().value()).get(60, TimeUnit.SECONDS);
      assertThat(held()).containsAll(expected(50, status.getCode().value()));
      assertThat(cursors()).containsExactly((long) status.getCode().value());
    }
  }

  @Test
  void aCursorIsNotDurableBeforeItsMessagesAre() throws Exception {
    server.closeGate();

    CompletableFuture<Void> durable = publish(0, 10, 5);

    Awaits.until(() -> server.publishes() > 0);
    assertThat(cursors()).isEmpty();
    assertThat(durable).isNotDone();
    server.openGate();
    durable.get(60, TimeUnit.SECONDS);
    assertThat(cursors()).containsExactly(5L);
  }

  @Test
  void publishingIsHeldBackWhileTheBufferIsFullAndGoesOnAfterwards() throws Exception {
    server.closeGate();
    long limit = 50_000;
    try (HubPublisher small = hub.publisher("tracker-b", limit)) {
      HubPublisher.Lane lane = small.lane();
      CompletableFuture<CompletableFuture<Void>> table = new CompletableFuture<>();
      Thread reading =
          new Thread(
              () -> {
                try {
                  table.complete(publish(lane, 0, 1_000, 5));
                } catch (Exception e) {
                  table.completeExceptionally(e);
                }
              });
      reading.start();
      PubSubPublisher own = (PubSubPublisher) small;
      Awaits.until(
          () ->
              reading.getState() == Thread.State.WAITING
                  && server.publishes() > 0
                  && own.bytesUnderWay() > limit / 2);
      assertThat(own.bytesUnderWay()).isLessThanOrEqualTo(limit);
      assertThat(table).isNotDone();

      server.openGate();

      table.get(60, TimeUnit.SECONDS).get(60, TimeUnit.SECONDS);
      assertThat(held()).isEqualTo(expected(1_000, 5));
    }
  }

  @Test
  void aLaneThatWaitsForTheBufferCanBeInterrupted() throws Exception {
    server.closeGate();
    try (HubPublisher small = hub.publisher("tracker-b", 5_000)) {
      HubPublisher.Lane lane = small.lane();
      CompletableFuture<CompletableFuture<Void>> table = new CompletableFuture<>();
      Thread reading =
          new Thread(
              () -> {
                try {
                  table.complete(publish(lane, 0, 1_000, 5));
                } catch (Exception e) {
                  table.completeExceptionally(e);
                }
              });
      reading.start();
      Awaits.until(() -> reading.getState() == Thread.State.WAITING);

      reading.interrupt();

      assertThatThrownBy(() -> table.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
      server.openGate();
    }
  }

  @Test
  void anAnswerThatIsLostMakesCopiesAndLosesNothing() throws Exception {
    server.loseAnswers(1);

    publish(0, 50, 5).get(60, TimeUnit.SECONDS);

    assertThat(server.held()).hasSizeBetween(51, 100); // all of one request, and of one only
    assertThat(held()).isEqualTo(expected(50, 5));
    assertThat(cursors()).containsExactly(5L);
  }

  @Test
  void aRightThatIsLostBreaksTheLaneWithTheRoleThatIsNeededAndAnotherLaneGoesOn() throws Exception {
    HubPublisher.Lane lane = publisher.lane();
    publish(lane, 0, 10, 4).get(60, TimeUnit.SECONDS);
    server.refuse(1, Status.PERMISSION_DENIED.withDescription("User not authorized"));

    assertThat(refusal(lane, 0, 10, 5))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("Grant roles/pubsub.publisher on it");
    assertThatThrownBy(() -> lane.publish(ShopMessages.update(1, 6, 1)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("roles/pubsub.publisher");
    assertThat(publisher.isAlive()).isTrue();
    assertThat(cursors()).containsExactly(4L);

    publish(0, 10, 5).get(60, TimeUnit.SECONDS);
    assertThat(held()).containsAll(expected(10, 5));
    assertThat(cursors()).containsExactly(5L);
  }

  @Test
  void aCursorBehindALostMessageIsNeverWrittenThoughItsOwnMessagesAreThere() throws Exception {
    HubPublisher.Lane lane = publisher.lane();
    server.refuse(1, Status.PERMISSION_DENIED);
    assertThat(refusal(lane, 0, 1, 5)).hasMessageContaining("not allowed");

    assertThatThrownBy(() -> publish(lane, 1, 1, 6)).hasMessageContaining("not allowed");

    assertThat(cursors()).isEmpty();
  }

  @Test
  void copiesAndDisorderArriveAsTheyAreAndNothingIsMissing() throws Exception {
    server.deliverTimes(2);
    try (AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publish(0, 200, 5).get(60, TimeUnit.SECONDS);
      Set<String> ids = new HashSet<>();
      Awaits.until(
          Duration.ofMinutes(1),
          () -> {
            for (Delivery delivery : reader.poll(Duration.ofMillis(200))) {
              ids.add(Objects.requireNonNull(delivery.message().attributes()).uniqueId());
              delivery.acknowledge();
            }
            return server.unsettled() == 0 && ids.size() == 200;
          });

      assertThat(ids).isEqualTo(expected(200, 5));
    }
  }

  @Test
  void aStreamThatFailsIsToldAndOpenedAnewByItself() throws Exception {
    try (AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publish(0, 10, 5).get(60, TimeUnit.SECONDS);
      Awaits.until(() -> !reader.poll(Duration.ofMillis(100)).isEmpty());

      server.breakStreams(Status.PERMISSION_DENIED.withDescription("User not authorized"));

      assertThatThrownBy(
              () ->
                  Awaits.until(
                      () -> {
                        reader.poll(Duration.ofMillis(100));
                        return false;
                      }))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("Grant roles/pubsub.subscriber on it");
      Set<String> ids = new HashSet<>();
      Awaits.until(
          Duration.ofMinutes(1),
          () -> {
            for (Delivery delivery : reader.poll(Duration.ofMillis(200))) {
              ids.add(Objects.requireNonNull(delivery.message().attributes()).uniqueId());
              delivery.acknowledge();
            }
            return ids.size() == 10;
          });
      assertThat(ids).isEqualTo(expected(10, 5));
    }
  }

  @Test
  void aTemporaryEndOfTheStreamIsNotEvenTold() throws Exception {
    try (AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      Awaits.until(() -> reader.poll(Duration.ofMillis(50)).isEmpty());
      server.breakStreams(Status.UNAVAILABLE);
      publish(0, 10, 5).get(60, TimeUnit.SECONDS);

      Set<String> ids = new HashSet<>();
      Awaits.until(
          Duration.ofMinutes(1),
          () -> {
            for (Delivery delivery : reader.poll(Duration.ofMillis(200))) {
              ids.add(Objects.requireNonNull(delivery.message().attributes()).uniqueId());
              delivery.acknowledge();
            }
            return ids.size() == 10;
          });
    }
  }

  @Test
  void anEventThatPubSubDoesNotTakeInTimeIsFailedByTheSecondThoughGooglesClientTriesLonger()
      throws Exception {
    try (EventPublisher events = hub.eventPublisher(Duration.ofSeconds(1), BUFFER)) {
      server.closeGate();

      assertThatThrownBy(
              () -> events.publish(ShopMessages.update(7, 1, 1)).get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(HubException.class)
          .hasMessageContaining("no answer within 1000 ms");

      server.openGate();
      Awaits.until(() -> isTaken(events.publish(ShopMessages.update(8, 1, 1))));
    }
  }

  /** Whether it was taken within the second that it has; a busy machine may need longer. */
  private static boolean isTaken(CompletableFuture<Void> event) throws Exception {
    try {
      event.get(60, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasMessageContaining("no answer within");
      return false;
    }
  }

  @Test
  void eventsBeyondTheBufferAreFailedAtOnce() throws Exception {
    try (EventPublisher events = hub.eventPublisher(Duration.ofSeconds(60), 5_000)) {
      server.closeGate();
      CompletableFuture<Void> waiting = events.publish(ShopMessages.large(7, 1, 3_000));

      assertThatThrownBy(
              () -> events.publish(ShopMessages.large(8, 1, 3_000)).get(10, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("5000 bytes wait");

      assertThat(waiting).isNotDone();
      server.openGate();
      waiting.get(60, TimeUnit.SECONDS);
      events.publish(ShopMessages.large(9, 1, 3_000)).get(60, TimeUnit.SECONDS);
    }
  }
}
