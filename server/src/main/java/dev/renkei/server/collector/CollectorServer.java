package dev.renkei.server.collector;

import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.server.ControlServer;
import dev.renkei.server.JsonErrors;
import dev.renkei.server.ListeningPort;
import dev.renkei.server.ServerException;
import dev.renkei.server.event.Intake;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinLogger;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.ConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collector, from {@link #start} until {@link #close} ({@code docs/events.md}): {@code POST
 * /v1/events}, {@code GET /v1/snippet.js}, {@code GET /health/live}, {@code GET /health/ready}.
 */
public final class CollectorServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CollectorServer.class);

  /** No client holds one while it sends or waits. */
  private static final int THREADS = 32;

  private static final int MOST_CONNECTIONS = 4_000;
  private static final long IDLE_MILLIS = 30_000;

  private final Server jetty;
  private final URI url;
  private final Tally tally;
  private final Reception reception;
  private final CollectorRoutes routes;

  private CollectorServer(
      Server jetty, URI url, Tally tally, Reception reception, CollectorRoutes routes) {
    this.jetty = jetty;
    this.url = url;
    this.tally = tally;
    this.reception = reception;
    this.routes = routes;
  }

  /**
   * Listens.
   *
   * @param hub its owner closes it, after this
   * @param reachable whether the hub is, asked by health checks
   * @throws ServerException where that is not possible
   */
  public static CollectorServer start(
      EventsConfig.Collector config, Intake intake, EventPublisher hub, BooleanSupplier reachable)
      throws ServerException {
    ListeningPort port =
        ListeningPort.open(config.listen(), "collector.listen", ControlServer.IfTaken.REFUSE);
    JavalinLogger.enabled = false;
    QueuedThreadPool threads = threads();
    Tally tally = new Tally();
    Reception reception =
        new Reception(intake, hub, config.maxBatch(), config.patience(), tally, Clock.systemUTC());
    CollectorRoutes routes = new CollectorRoutes(config, reception, tally, reachable, threads);
    Javalin app = Javalin.create(javalin -> configure(javalin, config, port, threads));
    routes.on(app);
    try {
      app.start();
      log.atInfo().addKeyValue("url", port.url()).log("collector open");
      return new CollectorServer(app.jettyServer().server(), port.url(), tally, reception, routes);
    } catch (RuntimeException e) {
      throw new ServerException("the collector does not start: " + e, e);
    }
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4, 30_000);
    threads.setName("collector");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setStopTimeout(200);
    return threads;
  }

  private static void configure(
      JavalinConfig javalin,
      EventsConfig.Collector config,
      ListeningPort port,
      QueuedThreadPool threads) {
    javalin.showJavalinBanner = false;
    javalin.startupWatcherEnabled = false;
    javalin.http.prefer405over404 = true;
    javalin.http.asyncTimeout = 0; // reading and the hub have their own
    javalin.http.disableCompression();
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JsonErrors());
          server.setHandler(new StatisticsHandler());
          server.setStopTimeout(2 * config.patience().toMillis());
          server.addBean(new ConnectionLimit(MOST_CONNECTIONS, server));
        });
    javalin.jetty.addConnector(
        (server, http) -> {
          http.setSendServerVersion(false);
          ServerConnector connector = port.connector(server, http);
          connector.setIdleTimeout(IDLE_MILLIS);
          connector.setAcceptQueueSize(512);
          return connector;
        });
  }

  /** Where clients on this machine reach it. */
  public URI url() {
    return url;
  }

  /**
   * What it has counted since it started: {@code in} and {@code out} for events taken up and
   * accepted, {@code TYPE_accepted}, {@code TYPE_refused}, {@code TYPE_limited}, and refusals that
   * belong to no type.
   */
  public Map<String, Long> counts() {
    return tally.counts();
  }

  /** Why the hub has not taken the last event; null where it has. */
  public @Nullable String trouble() {
    return reception.trouble();
  }

  /** Refuses what is new, and lets what is under way be answered. */
  @Override
  public void close() {
    routes.close();
    try {
      jetty.stop();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("collector cut off requests under way");
    }
  }
}
