package dev.renkei.cli.demo;

import dev.renkei.cli.CommandFailure;
import dev.renkei.cli.ExitCode;
import dev.renkei.cli.node.Node;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubException;
import dev.renkei.demo.Topic;
import dev.renkei.hub.pubsub.PubSubAccess;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.loader.LoaderState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Google's Pub/Sub emulator. Trackers publish straight to the hub; the warehouse's loader and the
 * proof have a subscription each.
 */
final class PubSubChain implements Chain {
  private static final String PROJECT = "renkei-demo";
  private static final String PROOF = "proof";

  /** Nothing comes any more: the emulator delivers within milliseconds. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final PubSubEmulator emulator;
  private final String prefix = "renkei-demo-" + UUID.randomUUID() + ".";

  private PubSubChain(PubSubEmulator emulator) {
    this.emulator = emulator;
  }

  /**
   * Starts the emulator, or uses the one that runs.
   *
   * @param logs where its log is kept
   * @throws CommandFailure with exit code 2 where there is none on this machine
   */
  static PubSubChain start(Path logs) throws HubException, InterruptedException {
    if (PubSubEmulator.find() instanceof PubSubEmulator.Found.Nowhere nowhere) {
      throw new CommandFailure(ExitCode.USAGE, nowhere.sentence());
    }
    return new PubSubChain(PubSubEmulator.start(logs));
  }

  @Override
  public String configuration() {
    return "hub: {type: pubsub, project: %s, topic_prefix: \"%s\", endpoint: {address: \"%s\", plaintext: true}}"
        .formatted(PROJECT, prefix, emulator.address());
  }

  @Override
  public String picture() {
    return "Pub/Sub (its emulator)";
  }

  /** The proof's subscription holds what comes once it is there. */
  @Override
  public void prepare(Configuration config, String warehouse)
      throws HubException, InterruptedException {
    HubConfig.PubSub hub = (HubConfig.PubSub) config.hub();
    PubSubHub.open(hub, PubSubAccess.of(hub), config.name(), List.of(warehouse, PROOF)).close();
  }

  @Override
  public void awaitLoaded(Node node, String warehouse, long untilNanos)
      throws HubException, InterruptedException, TimeoutException {
    Instant published = Instant.now();
    Patience.await(
        untilNanos,
        "the warehouse has not taken all that was published",
        () -> isQuiet(node.loader(warehouse), published));
  }

  /** Nothing is on its way, and nothing has come for a while. */
  private static boolean isQuiet(Optional<LoaderState> loader, Instant published) {
    if (loader.isEmpty()) {
      return false;
    }
    LoaderState.Unsettled unsettled = loader.get().unsettled();
    Instant commit = loader.get().lastCommit();
    Instant last = commit == null || commit.isBefore(published) ? published : commit;
    return unsettled != null
        && unsettled.deliveries() == 0
        && last.plus(QUIET).isBefore(Instant.now());
  }

  @Override
  public Topics topics(Node node) throws HubException, InterruptedException {
    AcknowledgedSubscription proof = (AcknowledgedSubscription) node.hub().reader(PROOF);
    Topic raw = Topic.of(proof, QUIET);
    return new Topics(raw, raw.withoutCopies(), proof);
  }

  @Override
  public void close() {
    emulator.close();
  }
}
