package dev.renkei.hub.pubsub;

import com.google.pubsub.v1.Subscription;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.State;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.ReplayMarks;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.hub.pubsub.state.BucketState;
import dev.renkei.hub.pubsub.state.CursorWriter;
import dev.renkei.hub.pubsub.state.DirectoryState;
import dev.renkei.hub.pubsub.state.StateBeginnings;
import dev.renkei.hub.pubsub.state.StateClaims;
import dev.renkei.hub.pubsub.state.StateCommands;
import dev.renkei.hub.pubsub.state.StateCursors;
import dev.renkei.hub.pubsub.state.StateDeadLetters;
import dev.renkei.hub.pubsub.state.StateSchemas;
import dev.renkei.hub.pubsub.state.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A hub on Google Pub/Sub: one topic, a subscription for each consumer, and beside it a folder or a
 * bucket with what has no place in a stream. Thread-safe.
 */
public final class PubSubHub implements Hub {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration PATIENCE_WITH_A_JOIN = Duration.ofSeconds(5);
  private static final long LOOK_AGAIN_MILLIS = 250;
  private static final long A_MOMENT_MILLIS = 3_000;

  private final HubConfig.PubSub config;
  private final PubSubAccess access;
  private final HubResources resources;
  private final Restoration restoration;
  private final SnapshotMarks marks;
  private final StateStore state;
  private final StateBeginnings beginnings;
  private final StateCursors cursors;
  private final StateClaims claims;
  private final StateSchemas schemas;
  private final StateDeadLetters deadLetters;
  private final StateCommands commands;
  private final String installation;
  private final boolean owns;

  // Guarded by itself.
  private final Set<String> consumers = new TreeSet<>();

  private PubSubHub(
      HubConfig.PubSub config,
      PubSubAccess access,
      String installation,
      Collection<String> consumers,
      boolean owns,
      HubResources resources,
      StateStore state) {
    this.config = config;
    this.access = access;
    this.installation = installation;
    this.consumers.addAll(consumers);
    this.owns = owns;
    this.resources = resources;
    this.restoration =
        new Restoration(resources, PubSubPlan.of(config, installation, consumers), owns);
    this.marks = new SnapshotMarks(config, resources, installation, CLOCK);
    this.state = state;
    this.beginnings = new StateBeginnings(state);
    this.cursors = new StateCursors(state);
    this.claims = new StateClaims(state);
    this.schemas = new StateSchemas(state);
    this.deadLetters = new StateDeadLetters(state);
    this.commands = new StateCommands(state, config.retention(), CLOCK);
  }

  /**
   * Opens a hub, and makes what is missing of it: the topic and a subscription for each consumer.
   * What is there is checked and never altered; lesser differences are logged. While it is open,
   * what is deleted under it is made anew.
   *
   * @param installation the configured name of what this hub serves
   * @param consumers stable names, for example those of warehouses
   * @throws HubException where it cannot be reached or made, or what is there cannot work
   */
  public static PubSubHub open(
      HubConfig.PubSub config,
      PubSubAccess access,
      String installation,
      Collection<String> consumers)
      throws HubException, InterruptedException {
    PubSubPlan plan = plan(config, installation, consumers);
    HubResources resources = HubResources.open(access, config.project());
    try {
      List<Subscription> made = resources.ensure(plan);
      StateStore state = openState(config, access);
      PubSubHub hub =
          new PubSubHub(config, access, installation, consumers, true, resources, state);
      hub.note(made);
      return hub;
    } catch (HubException | InterruptedException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /**
   * Connects to a hub that somebody else has made, or is making just now; makes nothing.
   *
   * @throws HubException where its topic, or a consumer's subscription, is not there
   */
  public static PubSubHub join(
      HubConfig.PubSub config,
      PubSubAccess access,
      String installation,
      Collection<String> consumers)
      throws HubException, InterruptedException {
    PubSubPlan plan = plan(config, installation, consumers);
    HubResources resources = HubResources.open(access, config.project());
    try {
      await(resources, plan);
      HubResources.tell(resources.differences(plan));
      StateStore state = openState(config, access);
      return new PubSubHub(config, access, installation, consumers, false, resources, state);
    } catch (HubException | InterruptedException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static void await(HubResources resources, PubSubPlan plan)
      throws HubException, InterruptedException {
    long patient = System.nanoTime() + PATIENCE_WITH_A_JOIN.toNanos();
    List<String> missing = resources.missing(plan);
    while (!missing.isEmpty()) {
      if (System.nanoTime() > patient) {
        throw new HubException(
            "the hub is not complete, missing: %s. Start `renkei up`, which makes it, or make it as `renkei up --dry-run` says."
                .formatted(String.join(", ", missing)));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      missing = resources.missing(plan);
    }
  }

  static PubSubPlan plan(HubConfig.PubSub config, String installation, Collection<String> consumers)
      throws HubException {
    try {
      return PubSubPlan.of(config, installation, consumers);
    } catch (IllegalArgumentException e) {
      throw new HubException(String.valueOf(e.getMessage()), e);
    }
  }

  private static StateStore openState(HubConfig.PubSub config, PubSubAccess access)
      throws HubException, InterruptedException {
    if (config.state() instanceof State.Bucket bucket) {
      return BucketState.open(
          BucketState.client(config.project(), access.storage()), bucket.bucket(), bucket.prefix());
    }
    return DirectoryState.open(((State.Directory) config.state()).path());
  }

  @Override
  public PubSubMaskedSide masked() throws HubException, InterruptedException {
    return masked(List.of());
  }

  /**
   * The masked side; the caller closes it, before this.
   *
   * @param readers those of its subscriptions that are made at once where they are missing
   */
  public PubSubMaskedSide masked(Collection<String> readers)
      throws HubException, InterruptedException {
    HubConfig.PubSub masked = config.masked();
    return new PubSubMaskedSide(
        this,
        owns
            ? open(masked, access, installation, readers)
            : join(masked, access, installation, readers));
  }

  /** The whole name of the topic. */
  public String topic() {
    return PubSubPlan.hubTopic(config);
  }

  /** The project, and the emulator where there is one. */
  @Override
  public String address() {
    return access
        .address()
        .map(where -> "Pub/Sub at %s, project %s".formatted(where, config.project()))
        .orElse("Pub/Sub, project " + config.project());
  }

  /** Where what is beside the stream lies, for people. */
  public String stateAddress() {
    return state.address();
  }

  /** Opens a tracker's publisher; an earlier process under that name writes no cursor any more. */
  @Override
  public HubPublisher publisher(String tracker, long bufferBytes)
      throws HubException, InterruptedException {
    CursorWriter writer = CursorWriter.open(state, tracker);
    try {
      return PubSubPublisher.open(
          access,
          config.publish(),
          PubSubPlan.publishedTopic(config),
          writer,
          deadLetters,
          restoration,
          bufferBytes);
    } catch (HubException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  @Override
  public HubPublisher sharingPublisher(String tracker, long bufferBytes) {
    throw new UnsupportedOperationException(
        "trackers cannot share tables on Pub/Sub: set trackers.mode to active_active");
  }

  @Override
  public EventPublisher eventPublisher(Duration patience, long bufferBytes) throws HubException {
    return PubSubEvents.open(
        access,
        config.publish(),
        PubSubPlan.publishedTopic(config),
        patience,
        bufferBytes,
        restoration);
  }

  /** Opens a consumer's subscription, which is made first where this hub makes such things. */
  @Override
  public AcknowledgedSubscription reader(String consumer)
      throws HubException, InterruptedException {
    if (owns) {
      note(resources.ensure(planWith(consumer)));
    }
    return open(consumer, PubSubSubscription.Flow.DEFAULT);
  }

  PubSubSubscription open(String consumer, PubSubSubscription.Flow flow) throws HubException {
    return PubSubSubscription.open(
        access,
        resources,
        restoration,
        new ConsumerPlaces(
            consumer,
            PubSubPlan.subscription(config, consumer),
            config.retention(),
            resources,
            marks,
            beginnings,
            CLOCK),
        flow);
  }

  /** Subscriptions that were just made may hold everything that is ever published. */
  private void note(List<Subscription> made) throws HubException, InterruptedException {
    for (Subscription subscription : made) {
      beginnings.note(
          subscription.getName(),
          subscription.getLabelsOrThrow(Difference.STREAM),
          CLOCK.instant());
    }
  }

  private PubSubPlan planWith(String consumer) throws HubException {
    synchronized (consumers) {
      consumers.add(consumer);
      PubSubPlan plan = plan(config, installation, consumers);
      restoration.plan(plan);
      return plan;
    }
  }

  @Override
  public Optional<ReplayMarks> marks() {
    return Optional.of(marks);
  }

  @Override
  public CursorStore cursors() {
    return cursors;
  }

  @Override
  public ClaimStore claims() {
    return claims;
  }

  @Override
  public SchemaStore schemas() {
    return schemas;
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public OpenLetters openLetters() {
    return new PubSubOpenLetters(deadLetters, config, access, resources);
  }

  @Override
  public CommandLog commands() {
    return commands;
  }

  @Override
  public boolean isReachable() {
    ExecutorService asking = Executors.newSingleThreadExecutor();
    try {
      return asking
          .submit(() -> resources.isReachable(topic()))
          .get(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      asking.shutdownNow();
    }
  }

  @Override
  public void close() {
    restoration.close();
    resources.close();
    state.close();
  }
}
