package dev.renkei.hub.pubsub;

import com.google.api.core.ApiService;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.cloud.pubsub.v1.AckReplyConsumer;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.SubscriberShutdownSettings;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import io.grpc.ClientInterceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer's subscription by streaming pull. Google's client extends the leases of what is out
 * and stops taking more at the bounds of {@link Flow}; here messages wait to be polled.
 *
 * <p>A stream that fails is told by {@code poll} and opened anew by a later one. That a
 * subscription was made anew while it was read is told once; a later {@code poll} reads the new
 * one. What was published in between is known to nobody.
 */
final class PubSubSubscription implements AcknowledgedSubscription {
  private static final Logger log = LoggerFactory.getLogger(PubSubSubscription.class);

  /** Prints the stack of each end of a stream, which {@link #poll} tells in a sentence. */
  private static final java.util.logging.Logger OF_THE_CLIENT =
      java.util.logging.Logger.getLogger(
          "com.google.cloud.pubsub.v1.StreamingSubscriberConnection");

  static {
    OF_THE_CLIENT.setLevel(java.util.logging.Level.OFF);
  }

  /** So long the client keeps extending the lease of a message that is not settled. */
  static final Duration LEASE = Duration.ofHours(1);

  /** For so long at a time: what a reader that was killed has had comes again after that. */
  static final Duration LEASE_STEP = Duration.ofSeconds(15);

  private static final int THREADS = 4;
  private static final int POLLED_AT_ONCE = 5_000;
  private static final long LOOK_MILLIS = 50;
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration LOOK_AT_SUBSCRIPTION = Duration.ofSeconds(60);
  private static final Duration PATIENCE_WITH_BROKEN = Duration.ofSeconds(1);
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

  /**
   * How much may be out at once, delivered and not yet settled, and over how many streams it comes.
   * The server takes the bounds for each stream, so that as much again may wait in the client.
   * Several streams, since one brings about 10 MB a second, and the emulator's 2,000 messages.
   */
  record Flow(long messages, long bytes, int streams) {
    static final Flow DEFAULT = new Flow(20_000, 32L << 20, 4);
  }

  private final PubSubAccess access;
  private final HubResources resources;
  private final Restoration restoration;
  private final ConsumerPlaces places;
  private final String name;
  private final Flow flow;

  /**
   * The client's threads. Were they its own, it would end them when one of several streams fails,
   * and have none left to tell it.
   */
  private final ScheduledExecutorService threads;

  private final BlockingQueue<Leased> arrived = new LinkedBlockingQueue<>();

  /**
   * Raised by each seek, under the lock of {@code traffic}: what was delivered before must not be
   * acknowledged after.
   */
  private volatile int era;

  private final PullTraffic traffic = new PullTraffic();

  private volatile String streamId;
  private volatile @Nullable Throwable failed;

  private volatile @Nullable Subscriber subscriber;

  // The polling thread's own.
  private Duration wait = FIRST_WAIT;
  private long nextOpeningNanos = System.nanoTime();
  private long lookedNanos = System.nanoTime();

  private PubSubSubscription(
      PubSubAccess access,
      HubResources resources,
      Restoration restoration,
      ConsumerPlaces places,
      String streamId,
      Flow flow) {
    this.access = access;
    this.places = places;
    this.resources = resources;
    this.restoration = restoration;
    this.name = places.subscription();
    this.streamId = streamId;
    this.flow = flow;
    this.threads = threads(places.subscription());
  }

  private static ScheduledExecutorService threads(String name) {
    return new ScheduledThreadPoolExecutor(
        THREADS,
        work -> {
          Thread thread = new Thread(work, "renkei-" + name.substring(name.lastIndexOf('/') + 1));
          thread.setDaemon(true);
          return thread;
        },
        // Streams that are ending still tell each other so, when nobody listens any more.
        new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Opens a consumer's subscription, which is there. */
  static PubSubSubscription open(
      PubSubAccess access,
      HubResources resources,
      Restoration restoration,
      ConsumerPlaces places,
      Flow flow)
      throws HubException {
    PubSubSubscription subscription =
        new PubSubSubscription(
            access,
            resources,
            restoration,
            places,
            streamId(resources, places.subscription()),
            flow);
    subscription.openStream();
    return subscription;
  }

  private static String streamId(HubResources resources, String name) throws HubException {
    Optional<com.google.pubsub.v1.Subscription> found = resources.subscription(name);
    if (found.isEmpty()) {
      throw new HubException(
          "%s is not there. Start `renkei up`, which makes it, or make it as `renkei up --dry-run` says."
              .formatted(name));
    }
    if (found.get().getTopic().equals(Difference.DELETED_TOPIC)) {
      throw new HubException(Difference.deletedTopic(name).sentence());
    }
    return name + "/" + found.get().getLabelsOrDefault(Difference.STREAM, "unlabelled");
  }

  @Override
  public String streamId() {
    return streamId;
  }

  private void openStream() {
    failed = null;
    ClientInterceptor watch = traffic.next();
    Subscriber opened =
        Subscriber.newBuilder(name, this::arrived)
            .setChannelProvider(
                access
                    .channels()
                    .setKeepAliveTimeDuration(Duration.ofMinutes(5))
                    .setInterceptorProvider(() -> List.of(watch))
                    .build())
            .setCredentialsProvider(access.credentials())
            .setFlowControlSettings(
                FlowControlSettings.newBuilder()
                    .setMaxOutstandingElementCount(flow.messages())
                    .setMaxOutstandingRequestBytes(flow.bytes())
                    .build())
            .setParallelPullCount(flow.streams())
            .setExecutorProvider(FixedExecutorProvider.create(threads))
            .setSystemExecutorProvider(FixedExecutorProvider.create(threads))
            .setMaxAckExtensionPeriodDuration(LEASE)
            .setMaxDurationPerAckExtensionDuration(LEASE_STEP)
            .setSubscriberShutdownSettings(
                SubscriberShutdownSettings.newBuilder()
                    .setMode(SubscriberShutdownSettings.ShutdownMode.NACK_IMMEDIATELY)
                    .setTimeout(PATIENCE_AT_END)
                    .build())
            .build();
    opened.addListener(
        new ApiService.Listener() {
          @Override
          public void failed(ApiService.State from, Throwable failure) {
            if (subscriber == opened) {
              PubSubSubscription.this.failed = failure;
            }
          }
        },
        MoreExecutors.directExecutor());
    subscriber = opened;
    opened.startAsync();
  }

  private void arrived(PubsubMessage message, AckReplyConsumer reply) {
    arrived.add(new Leased(record(message), reply));
  }

  static HubRecord record(PubsubMessage message) {
    Map<String, String> texts = message.getAttributesMap();
    @Nullable MessageAttributes attributes = null;
    Map<String, String> raw = Map.of();
    try {
      attributes = HeaderCodec.read(texts::get);
    } catch (MessageException e) {
      raw = new TreeMap<>(texts);
    }
    return new HubRecord(
        0,
        number(message.getMessageId()),
        message.getPublishTime().getSeconds() * 1_000
            + message.getPublishTime().getNanos() / 1_000_000,
        attributes,
        raw,
        null,
        message.getData().toByteArray());
  }

  /** Pub/Sub numbers its messages, though it does not promise to. */
  private static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A message under a lease. */
  private final class Leased implements Delivery {
    private final HubRecord message;
    private final AckReplyConsumer reply;
    private final AtomicBoolean settled = new AtomicBoolean();

    /** When it was polled; what still waits is read after the next seek as well. */
    private int polledIn;

    Leased(HubRecord message, AckReplyConsumer reply) {
      this.message = message;
      this.reply = reply;
    }

    @Override
    public HubRecord message() {
      return message;
    }

    @Override
    public void acknowledge() {
      boolean soughtSince;
      synchronized (traffic) {
        soughtSince = polledIn != era;
        if (!soughtSince && settled.compareAndSet(false, true)) {
          traffic.given();
          reply.ack(); // only notes it, to be sent with others
        }
      }
      if (soughtSince) {
        release();
      }
    }

    @Override
    public void release() {
      if (settled.compareAndSet(false, true)) {
        reply.nack();
      }
    }
  }

  @Override
  public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (true) {
      Throwable failure = failed == null ? traffic.fatal() : failed;
      if (failure != null) {
        throw broken(failure);
      }
      long left = until - System.nanoTime();
      if (subscriber == null && !reopened(left)) {
        return List.of();
      }
      lookNowAndThen();
      Leased first =
          arrived.poll(
              Math.min(Math.max(0, left), TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)),
              TimeUnit.NANOSECONDS);
      if (first != null) {
        wait = FIRST_WAIT;
        return withOthers(first);
      }
      if (left <= 0) {
        return List.of();
      }
    }
  }

  private List<Delivery> withOthers(Leased first) {
    List<Leased> deliveries = new ArrayList<>();
    deliveries.add(first);
    arrived.drainTo(deliveries, POLLED_AT_ONCE - 1);
    deliveries.forEach(delivery -> delivery.polledIn = era);
    return List.copyOf(deliveries);
  }

  /** Lets a stream go that has failed; says why. */
  private HubException broken(Throwable failure) {
    close(subscriber, PATIENCE_WITH_BROKEN);
    subscriber = null;
    failed = null;
    traffic.told();
    releaseQueued();
    nextOpeningNanos = System.nanoTime() + wait.toNanos();
    wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    if (Failures.isNotFound(failure)) {
      restoration.ask(name);
    }
    return Failures.of(name, HubResources.SUBSCRIBER, failure);
  }

  /** Opens the stream anew once it is time; false where the time is up before. */
  private boolean reopened(long leftNanos) throws HubException, InterruptedException {
    long untilOpening = nextOpeningNanos - System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(untilOpening, leftNanos)));
    if (untilOpening > leftNanos) {
      return false;
    }
    nextOpeningNanos = System.nanoTime() + wait.toNanos();
    refuseAnotherStream();
    openStream();
    return true;
  }

  private void refuseAnotherStream() throws HubException, InterruptedException {
    String now;
    try {
      now = streamId(resources, name);
    } catch (HubException e) {
      if (e.getCause() == null) { // it is not there
        restoration.ask(name);
      }
      throw e;
    }
    if (!now.equals(streamId)) {
      goBack(() -> {});
      streamId = now;
      throw new PositionLostException(
          "%s was made anew: what was published before, and not read, is gone from it. Load the tables again."
              .formatted(name));
    }
  }

  /**
   * A stream whose topic was deleted is silent, and one that was opened again by itself may be of a
   * subscription that was made anew.
   */
  private void lookNowAndThen() throws HubException, InterruptedException {
    if (!traffic.hasEnded() && System.nanoTime() - lookedNanos < LOOK_AT_SUBSCRIPTION.toNanos()) {
      return;
    }
    traffic.seen();
    try {
      refuseAnotherStream();
      lookedNanos = System.nanoTime();
    } catch (HubException e) {
      lookedNanos = System.nanoTime() - LOOK_AT_SUBSCRIPTION.toNanos() + wait.toNanos();
      throw e;
    }
  }

  private void releaseQueued() {
    List<Leased> queued = new ArrayList<>();
    arrived.drainTo(queued);
    queued.forEach(Leased::release);
  }

  @Override
  public void seek(Instant from) throws HubException, InterruptedException {
    goBack(() -> resources.seek(name, from));
    log.atInfo().addKeyValue("subscription", name).addKeyValue("from", from).log("read again");
  }

  @Override
  public boolean takeBeginning() throws HubException, InterruptedException {
    return places.takeBeginning();
  }

  @Override
  public Optional<Instant> markedAt(String mark) throws HubException {
    return places.markedAt(mark);
  }

  @Override
  public void seekToMark(String mark) throws HubException, InterruptedException {
    String snapshot = places.snapshot(mark);
    goBack(() -> resources.seekToSnapshot(name, snapshot));
    log.atInfo().addKeyValue("subscription", name).addKeyValue("mark", mark).log("read again");
  }

  /** Moves the subscription's position. */
  private interface Seek {
    void run() throws HubException;
  }

  /**
   * The stream stays open: what comes again would otherwise be sent to one that is ending, and wait
   * for its lease to run out.
   */
  private void goBack(Seek seek) throws HubException, InterruptedException {
    synchronized (traffic) {
      era++; // what is out comes again from here on, instead of being acknowledged
    }
    if (!traffic.awaitAnswers(PATIENCE_AT_END)) {
      log.atDebug()
          .addKeyValue("subscription", name)
          .log("not every acknowledgement was answered before seeking");
    }
    seek.run();
  }

  private void close(@Nullable Subscriber old, Duration atMost) {
    if (old == null) {
      return;
    }
    try {
      old.stopAsync().awaitTerminated(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | IllegalStateException e) {
      log.atDebug()
          .addKeyValue("subscription", name)
          .addKeyValue("reason", e.getMessage())
          .log("stream left to end by itself");
    }
  }

  @Override
  public void close() {
    Subscriber last = subscriber;
    subscriber = null;
    releaseQueued();
    close(last, PATIENCE_AT_END.multipliedBy(2));
    threads.shutdownNow();
  }
}
