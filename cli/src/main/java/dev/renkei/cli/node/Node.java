package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.loader.LoaderState;
import dev.renkei.server.ControlServer;
import dev.renkei.server.Queries;
import dev.renkei.server.RunFiles;
import dev.renkei.server.ServerException;
import dev.renkei.server.StatusReport;
import dev.renkei.server.Verifications;
import dev.renkei.server.console.Chain;
import dev.renkei.server.console.Installation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of an installation that run in this process, from {@link #start} until {@link #close}:
 * hub, trackers, flows, loaders, and the control endpoint that tells how they are.
 */
public final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final Configuration config;
  private final NodePlan plan;
  private final String version;
  private final Hub hub;
  private final Instant startedAt = Clock.systemUTC().instant();
  private final Reachability reachability;
  private final List<FlowRole> flows = new CopyOnWriteArrayList<>();
  private final List<LoaderRole> loaders = new ArrayList<>();
  private final List<Hub> sides = new ArrayList<>();
  private final List<TrackerRole> trackers = new ArrayList<>();
  private @Nullable FlowPlace flowPlace;
  private @Nullable VerifyRole verify;
  private @Nullable ControlServer server;
  private @Nullable RunFiles runFile;
  private final Watchtower watchtower;
  private final Pauses pauses;
  private final PauseWatch resting;
  private @Nullable Neighbours neighbours;
  private @Nullable LagWatch lags;
  private @Nullable Installation installation;

  private Node(Configuration config, NodePlan plan, String version, Hub hub) {
    this.config = config;
    this.plan = plan;
    this.version = version;
    this.hub = hub;
    this.reachability = new Reachability(hub::isReachable);
    this.pauses = new Pauses(hub.claims());
    this.resting = new PauseWatch(pauses, this::restFlows);
    this.watchtower = new Watchtower(config, this::take);
  }

  /**
   * Opens the hub and starts the plan's parts: loaders first, trackers last. What can be mended
   * from outside while it runs (the source, the login) does not stop it.
   *
   * @param version of Renkei, for the status
   * @throws HubException where the hub cannot be opened
   * @throws WarehouseException where a warehouse cannot be opened, and not for another writer
   * @throws ServerException where the control endpoint cannot listen
   */
  public static Node start(Configuration config, NodePlan plan, String version)
      throws HubException, WarehouseException, ServerException, IOException, InterruptedException {
    Node node = new Node(config, plan, version, Hubs.open(config, plan.hub()));
    try {
      node.begin();
      return node;
    } catch (HubException
        | WarehouseException
        | ServerException
        | IOException
        | InterruptedException
        | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void begin()
      throws HubException, WarehouseException, ServerException, IOException, InterruptedException {
    resting.start();
    if (!plan.flows().isEmpty() && hub instanceof KafkaHub onKafka) {
      Path folder = config.dataDir().resolve("flows");
      String name = plan.flowPlace();
      FlowPlace place = name == null ? FlowPlace.take(folder) : FlowPlace.take(folder, name);
      flowPlace = place;
      for (String flow : plan.flows()) {
        flows.add(Flows.start(flow, onKafka, config, place));
      }
    }
    if (hub instanceof PubSubHub onPubSub) {
      for (String flow : plan.flows()) {
        flows.add(Flows.start(flow, onPubSub, config));
      }
    }
    if (config.privacy().masks() && hub instanceof PubSubHub onPubSub) {
      // Its topic and subscriptions, which pipelines do not make.
      sides.add(onPubSub.masked(Hubs.maskedConsumers(config)));
    }
    restFlows();
    for (var warehouse : plan.warehouses()) {
      LoaderRole loader = new LoaderRole(warehouse, plan, side(warehouse), config, resting);
      loaders.add(loader);
      loader.start();
    }
    for (String name : plan.trackers()) {
      TrackerRole tracker = new TrackerRole(name, config, hub, resting);
      trackers.add(tracker);
      tracker.start();
    }
    if (plan.collects()) {
      flows.add(0, CollectorRole.start(config, hub, reachability)); // the first to end
    }
    if (!loaders.isEmpty()) {
      verify = new VerifyRole(config, hub, loaders);
      verify.start();
    }
    if (hosts()) {
      Neighbours beside = new Neighbours(config.dataDir());
      neighbours = beside;
      beside.start();
    }
    if (hub instanceof KafkaHub onKafka && (hosts() || isOutside() && !loaders.isEmpty())) {
      LagWatch watch = new LagWatch(onKafka.flowLags(Flows.readers(config)), this::restingFlows);
      lags = watch;
      watch.start();
    }
    watchtower.start();
    Installation all =
        new Installation(config.dataDir(), config.server().token(), watchtower.sampling());
    installation = all;
    server =
        ControlServer.start(
            config.server(),
            config.shown(),
            new ControlServer.Parts(
                watchtower.sampling(),
                queries(),
                new HubCommands(config, hub.commands()),
                watchtower.history(),
                watchtower.exports()::scrape,
                Letters.of(config, hub),
                new ControlServer.Console(Chain.of(config), all),
                verify == null ? Verifications.NONE : verify,
                new HubRests(config, pauses, "console")),
            ControlServer.IfTaken.ANY_PORT);
    runFile = RunFiles.write(config.dataDir(), plan.roles(), server.url());
    log.atInfo()
        .addKeyValue("name", config.name())
        .addKeyValue("roles", plan.roles())
        .addKeyValue("hub", hub.address())
        .addKeyValue("endpoint", server.url())
        .log("started");
  }

  /** What a warehouse is loaded from. */
  private Hub side(WarehouseConfig warehouse) throws HubException, InterruptedException {
    if (warehouse.from() == WarehouseConfig.From.HUB) {
      return hub;
    }
    Hub side = hub.masked();
    sides.add(side);
    return side;
  }

  private Map<String, Queries> queries() {
    Map<String, Queries> queries = new HashMap<>();
    for (LoaderRole loader : loaders) {
      queries.put(
          loader.config().name(),
          (sql, maxRows) ->
              loader
                  .warehouse()
                  .orElseThrow(() -> new WarehouseException(loader.waitsFor()))
                  .query(sql, maxRows));
    }
    return queries;
  }

  public Hub hub() {
    return hub;
  }

  /**
   * The hub as one on Kafka.
   *
   * @throws IllegalStateException where it is another
   */
  public KafkaHub kafka() {
    if (hub instanceof KafkaHub kafka) {
      return kafka;
    }
    throw new IllegalStateException("the hub is not on Kafka: " + hub.address());
  }

  /** Where its control endpoint listens. */
  public URI url() {
    ControlServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("not started");
    }
    return listening.url();
  }

  /** A warehouse that this process loads; empty while another process has it. */
  public Optional<Warehouse> warehouse(String name) {
    return loaders.stream()
        .filter(loader -> loader.config().name().equals(name))
        .findFirst()
        .flatMap(LoaderRole::warehouse);
  }

  /** The state of a loader; empty while another process has its warehouse. */
  public Optional<LoaderState> loader(String name) {
    return loaders.stream()
        .filter(loader -> loader.config().name().equals(name))
        .findFirst()
        .flatMap(LoaderRole::state);
  }

  /** What the flow that removes duplicates has counted; empty where it does not run here. */
  public Optional<DedupeFlow.Counts> dedupeCounts() {
    return flows.stream()
        .flatMap(flow -> flow instanceof DedupeRole dedupe ? Stream.of(dedupe) : Stream.empty())
        .map(dedupe -> dedupe.flow().counts())
        .findFirst();
  }

  /** Where events are sent to; empty where they are not taken here. */
  public Optional<URI> collector() {
    return flows.stream()
        .flatMap(
            flow -> flow instanceof CollectorRole collector ? Stream.of(collector) : Stream.empty())
        .map(CollectorRole::url)
        .findFirst();
  }

  /** Ends the loading, so that the warehouses' files are free; the rest goes on. */
  public void stopLoading() throws InterruptedException, WarehouseException {
    for (LoaderRole loader : loaders) {
      loader.close();
    }
  }

  /** What each part has said of itself within this second. */
  public StatusReport status() {
    return watchtower.sampling().get();
  }

  private StatusReport take() {
    Neighbours beside = neighbours;
    LagWatch behind = lags;
    return own()
        .beside(
            beside == null ? List.of() : beside.gone(),
            behind != null && tellsOfFlows() ? behind.seen() : List.of());
  }

  /** Where a cluster of its own is the hub, nobody hosts it; then whoever loads now tells. */
  private boolean tellsOfFlows() {
    return hosts() || loaders.stream().anyMatch(loader -> loader.state().isPresent());
  }

  private boolean isOutside() {
    return config.hub() instanceof HubConfig.Kafka kafka && !kafka.embedded();
  }

  private boolean hosts() {
    return plan.hub() == NodePlan.HubUse.HOST;
  }

  private StatusReport own() {
    return new StatusReport(
        StatusReport.FORMAT,
        config.name(),
        version,
        ProcessHandle.current().pid(),
        startedAt,
        Clock.systemUTC().instant(),
        plan.roles(),
        new StatusReport.Hub(
            config.hub() instanceof HubConfig.Kafka ? "kafka" : "pubsub",
            hub.address(),
            config.hub() instanceof HubConfig.Kafka kafka && kafka.embedded(),
            reachability.isReachable()),
        trackers.stream().map(tracker -> Reports.of(tracker.state())).toList(),
        flows.stream().map(this::report).toList(),
        loaders.stream().map(this::report).toList(),
        dev.renkei.server.Resources.ofThisProcess());
  }

  private Set<String> restingFlows() {
    return Flows.known().stream()
        .filter(flow -> resting.pause(Part.flow(flow)).isPresent())
        .collect(Collectors.toSet());
  }

  private void restFlows() {
    for (FlowRole flow : flows) {
      flow.rest(resting.pause(Part.flow(flow.name())).isPresent());
    }
  }

  private StatusReport.Flow report(FlowRole flow) {
    StatusReport.Flow report = flow.report();
    return resting
        .pause(Part.flow(flow.name()))
        .map(pause -> report.paused(pause.sentence()))
        .orElse(report);
  }

  private StatusReport.Warehouse report(LoaderRole loader) {
    StatusReport.Warehouse warehouse = Reports.of(loader);
    VerifyRole compares = verify;
    return compares == null ? warehouse : warehouse.with(compares.verified(loader.config().name()));
  }

  /** Ends the parts, trackers first; what is under way is finished or begun again next time. */
  @Override
  public void close() {
    log.atInfo().addKeyValue("name", config.name()).log("stopping");
    List<AutoCloseable> parts = new ArrayList<>();
    add(parts, runFile);
    add(parts, server);
    add(parts, installation);
    add(parts, neighbours);
    add(parts, lags);
    parts.add(watchtower);
    add(parts, verify);
    parts.add(resting);
    trackers.forEach(TrackerRole::stop);
    parts.addAll(trackers);
    parts.addAll(flows);
    add(parts, flowPlace);
    parts.addAll(loaders);
    parts.addAll(sides);
    parts.add(reachability);
    parts.add(hub);
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("a part did not close cleanly");
      }
    }
    log.atInfo().addKeyValue("name", config.name()).log("stopped");
  }

  private static void add(List<AutoCloseable> parts, @Nullable AutoCloseable part) {
    if (part != null) {
      parts.add(part);
    }
  }
}
