package dev.renkei.hub.pubsub;

import com.google.api.core.ApiFuture;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.batching.FlowController.LimitExceededBehavior;
import com.google.api.gax.core.InstantiatingExecutorProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.UnsafeByteOperations;
import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.hub.pubsub.state.CursorWriter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to the topic in requests that all lanes of a tracker share. Google's client fills
 * requests and tries again what fails for a moment; this bounds what is under way, keeps account of
 * what is acknowledged, and has cursors written behind it.
 *
 * <p>A cursor that waits has what is there sent at once: without that, the last rows of a poll
 * would lie for the whole of {@code flush} while nothing comes to fill their request. Large reads
 * still fill requests, since their cursors come once a batch; many small tables make more requests
 * than they must, which costs less than a second's age of every row.
 */
final class PubSubPublisher implements HubPublisher {
  private static final Logger log = LoggerFactory.getLogger(PubSubPublisher.class);

  /** So long Google's client tries a request again, before the lanes in it break. */
  static final Duration TRYING = Duration.ofMinutes(10);

  /** Pub/Sub's own limits (https://cloud.google.com/pubsub/quotas). */
  static final int MAX_VALUE_BYTES = 1024;

  private static final int MAX_REQUEST_BYTES = 10_000_000;

  /** Of the request itself, and around each message in it. */
  private static final int FRAME_OF_REQUEST = 1_000;

  private static final int FRAME_OF_MESSAGE = 8;

  /** What a message takes in memory beside its bytes: its attributes as texts, its future. */
  private static final int OVERHEAD = 1_000;

  private static final int REMEMBERED_LETTERS = 10_000;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(20);

  private final Publisher publisher;
  private final Publish settings;
  private final String topic;
  private final CursorWriter cursors;
  private final DeadLetters letters;
  private final Restoration restoration;
  private final Sending sending;
  private final Budget budget;
  private final Clock clock;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong oversized = new AtomicLong();

  /** Those of which there is a letter already: overlapping reads publish them again and again. */
  private final Set<String> buried =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > REMEMBERED_LETTERS;
                }
              }));

  private PubSubPublisher(
      Publisher publisher,
      Publish settings,
      String topic,
      CursorWriter cursors,
      DeadLetters letters,
      Restoration restoration,
      Sending sending,
      long bufferBytes,
      Clock clock) {
    this.publisher = publisher;
    this.settings = settings;
    this.topic = topic;
    this.cursors = cursors;
    this.letters = letters;
    this.restoration = restoration;
    this.sending = sending;
    this.budget = new Budget(bufferBytes);
    this.clock = clock;
  }

  /**
   * Opens a tracker's publisher.
   *
   * @param cursors closed with this
   */
  static PubSubPublisher open(
      PubSubAccess access,
      Publish settings,
      String topic,
      CursorWriter cursors,
      DeadLetters letters,
      Restoration restoration,
      long bufferBytes)
      throws HubException {
    Sending sending = new Sending(topic);
    try {
      Publisher publisher =
          Publisher.newBuilder(topic)
              .setChannelProvider(
                  access.channels().setInterceptorProvider(() -> List.of(sending)).build())
              .setCredentialsProvider(access.credentials())
              .setBatchingSettings(batching(settings))
              .setRetrySettings(retrying())
              .setExecutorProvider(
                  InstantiatingExecutorProvider.newBuilder()
                      .setExecutorThreadCount(settings.threads())
                      .build())
              .build();
      return new PubSubPublisher(
          publisher,
          settings,
          topic,
          cursors,
          letters,
          restoration,
          sending,
          bufferBytes,
          Clock.systemUTC());
    } catch (IOException | RuntimeException e) {
      throw Failures.of(topic, HubResources.PUBLISHER, e);
    }
  }

  static BatchingSettings batching(Publish settings) {
    long frames = FRAME_OF_REQUEST + (long) FRAME_OF_MESSAGE * settings.maxMessages();
    return BatchingSettings.newBuilder()
        .setElementCountThreshold((long) settings.maxMessages())
        .setRequestByteThreshold(
            Math.min((long) settings.maxRequestBytes(), MAX_REQUEST_BYTES - frames))
        .setDelayThresholdDuration(
            settings.flush().compareTo(Duration.ofMillis(1)) < 0
                ? Duration.ofMillis(1)
                : settings.flush())
        // What is under way is bounded by lanes, which can be interrupted.
        .setFlowControlSettings(
            FlowControlSettings.newBuilder()
                .setLimitExceededBehavior(LimitExceededBehavior.Ignore)
                .build())
        .build();
  }

  static RetrySettings retrying() {
    return RetrySettings.newBuilder()
        .setInitialRetryDelayDuration(Duration.ofMillis(100))
        .setRetryDelayMultiplier(2)
        .setMaxRetryDelayDuration(Duration.ofSeconds(10))
        .setInitialRpcTimeoutDuration(Duration.ofSeconds(15))
        .setRpcTimeoutMultiplier(1.5)
        .setMaxRpcTimeoutDuration(Duration.ofSeconds(60))
        .setTotalTimeoutDuration(TRYING)
        .build();
  }

  @Override
  public Lane lane() {
    return new PubSubLane(this);
  }

  /** The consumers of a topic see everything: a control message is sent once. */
  @Override
  public int partitions() {
    return 1;
  }

  /**
   * Sends a message as part of a stretch; blocks while too much is under way.
   *
   * @return false where it was set aside instead
   */
  boolean send(EncodedMessage message, PubSubLane.Stretch stretch)
      throws HubException, InterruptedException {
    PubsubMessage.Builder builder =
        PubsubMessage.newBuilder().setData(UnsafeByteOperations.unsafeWrap(message.payload()));
    HeaderCodec.write(message.attributes(), builder::putAttributes);
    PubsubMessage encoded = builder.build();
    int bytes = encoded.getSerializedSize();
    String unfit = unfit(encoded, bytes);
    if (unfit != null) {
      bury(message, encoded, unfit);
      return false;
    }
    long taken = bytes + OVERHEAD;
    budget.take(taken, this::flush);
    stretch.sent();
    ApiFuture<String> sent;
    try {
      sent = publisher.publish(encoded);
    } catch (RuntimeException e) { // it is shut down
      budget.giveBack(taken);
      throw Failures.of(topic, HubResources.PUBLISHER, e);
    }
    sent.addListener(new Answer(sent, stretch, taken), MoreExecutors.directExecutor());
    return true;
  }

  /** Why Pub/Sub would refuse a message; null where it would not. */
  private @Nullable String unfit(PubsubMessage message, int bytes) {
    if (bytes > settings.maxMessageBytes()) {
      return "%s: a message of %d bytes is above hub.publish.max_message_bytes (%d)"
          .formatted(
              message.getAttributesOrDefault("table_name", "?"), bytes, settings.maxMessageBytes());
    }
    for (Map.Entry<String, String> attribute : message.getAttributesMap().entrySet()) {
      // Three bytes are the most that one character of these takes.
      if (attribute.getValue().length() * 3 > MAX_VALUE_BYTES
          && attribute.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8).length
              > MAX_VALUE_BYTES) {
        return "%s: attribute %s is longer than the %d bytes that Pub/Sub takes"
            .formatted(
                message.getAttributesOrDefault("table_name", "?"),
                attribute.getKey(),
                MAX_VALUE_BYTES);
      }
    }
    return null;
  }

  /** Sets a message aside, durably, so that cursors may move past it. */
  private void bury(EncodedMessage message, PubsubMessage encoded, String reason)
      throws HubException, InterruptedException {
    String id = message.attributes().uniqueId();
    if (buried.contains(id)) {
      return;
    }
    letters.put(
        new DeadLetter(
            topic,
            0,
            0,
            reason,
            new TreeMap<>(encoded.getAttributesMap()),
            message.routingKey(),
            message.payload(),
            clock.instant()));
    buried.add(id);
    log.atError()
        .addKeyValue("table", message.attributes().table())
        .addKeyValue("deadLetters", oversized.incrementAndGet())
        .log("message set aside, " + reason);
  }

  /** What comes back for a message. */
  private final class Answer implements Runnable {
    private final ApiFuture<String> sent;
    private final PubSubLane.Stretch stretch;
    private final long taken;

    Answer(ApiFuture<String> sent, PubSubLane.Stretch stretch, long taken) {
      this.sent = sent;
      this.stretch = stretch;
      this.taken = taken;
    }

    @Override
    public void run() {
      budget.giveBack(taken);
      try {
        String unused = Uninterruptibles.getUninterruptibly(sent);
        stretch.acknowledged();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (Failures.isNotFound(cause)) {
          restoration.ask(topic);
        }
        stretch.lost(Failures.of(topic, HubResources.PUBLISHER, cause));
      } catch (java.util.concurrent.CancellationException e) {
        stretch.lost(new HubException("hub, %s: the publisher is closed".formatted(topic), e));
      }
    }
  }

  /** Sends what waits for its request to be filled. */
  void flush() {
    publisher.publishAllOutstanding();
  }

  CompletableFuture<Void> write(Cursor cursor) {
    return cursors.write(cursor);
  }

  void refuseIfDead() throws HubException {
    if (closed.get()) {
      throw new HubException("hub, %s: the publisher is closed".formatted(topic));
    }
    Optional<HubException> dead = cursors.failure();
    if (dead.isPresent()) {
      throw dead.get();
    }
  }

  @Override
  public Optional<HubException> failure() {
    return cursors.failure();
  }

  /** How many messages were set aside since this was opened. */
  long oversized() {
    return oversized.get();
  }

  /** What is under way, with its overhead. */
  long bytesUnderWay() {
    return budget.taken();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    publisher.shutdown();
    try {
      // While it fails, what is under way is read again by whoever comes next.
      if (!publisher.awaitTermination(
          sending.trouble() == null ? PATIENCE_AT_END.toMillis() : 1_000, TimeUnit.MILLISECONDS)) {
        log.atWarn()
            .addKeyValue("topic", topic)
            .addKeyValue("bytes", budget.taken())
            .log("closed before everything was acknowledged; it is read again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cursors.close();
  }
}
