package dev.renkei.server;

import dev.renkei.core.config.ServerConfig;
import dev.renkei.core.config.Shown;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.server.console.Chain;
import dev.renkei.server.console.Installation;
import dev.renkei.server.history.History;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinLogger;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control endpoint of one process, from {@link #start} until {@link #close}.
 *
 * <p>It answers JSON at {@code GET /api/status} ({@link StatusReport}), {@code POST /api/query}
 * ({@code sql}, {@code warehouse}, {@code maxRows}; {@link QueryAnswer}), {@code POST /api/reload}
 * ({@code table} or {@code all}, {@code reason}), {@code POST /api/replay} ({@code warehouse},
 * {@code from}), {@code GET /api/history} ({@link History}), {@code GET /api/configuration} ({@link
 * ConfigurationAnswer}), {@code GET /metrics}, {@code GET /api/dead-letters}, {@code POST
 * /api/dead-letters/retry}, {@code GET /health/live} and {@code GET /health/ready}; whatever it
 * refuses as {@code {"error": {"message", "cure"}}}. Where it has a {@link Console}, its pages are
 * at {@code /} and below {@code /console}.
 */
public final class ControlServer implements AutoCloseable {
  /** No query brings more rows than that: they are held in memory until they are sent. */
  public static final int MAX_ROWS = 100_000;

  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

  /** An acceptor, a selector, the queries, and some that always answer. */
  private static final int THREADS = 6 + Endpoints.MAX_QUERIES;

  private static final int GRACE_MILLIS = 2_000;

  private final Server jetty;
  private final URI url;

  private ControlServer(Server jetty, URI url) {
    this.jetty = jetty;
    this.url = url;
  }

  /**
   * What the endpoint shows and reaches; all of it is called from several threads.
   *
   * @param status the sample of this second
   * @param queries by name of the warehouse; empty where this process has none
   * @param history how it was
   * @param metrics in Prometheus' text form
   * @param letters dead letters by side, {@code hub} and {@code masked}
   * @param console null where there is none
   * @param verifications compares the warehouses of this process
   * @param rests lets parts of the installation rest and go on
   */
  public record Parts(
      Supplier<StatusReport> status,
      Map<String, Queries> queries,
      Commands commands,
      History history,
      Supplier<String> metrics,
      Map<String, OpenLetters> letters,
      @Nullable Console console,
      Verifications verifications,
      Rests rests) {
    public Parts {
      queries = Map.copyOf(queries);
      letters = Map.copyOf(letters);
    }

    /** Without comparisons and pauses. */
    public Parts(
        Supplier<StatusReport> status,
        Map<String, Queries> queries,
        Commands commands,
        History history,
        Supplier<String> metrics,
        Map<String, OpenLetters> letters,
        @Nullable Console console) {
      this(
          status,
          queries,
          commands,
          history,
          metrics,
          letters,
          console,
          Verifications.NONE,
          Rests.NONE);
    }

    /** Without a past, metrics, dead letters and a console. */
    public Parts(Supplier<StatusReport> status, Map<String, Queries> queries, Commands commands) {
      this(
          status,
          queries,
          commands,
          new History(),
          () -> "",
          Map.of(),
          null,
          Verifications.NONE,
          Rests.NONE);
    }
  }

  /** What the console shows beside this process. */
  public record Console(Chain chain, Installation installation) {}

  /** What to do when somebody else has the port. */
  public enum IfTaken {
    REFUSE,
    /** Listen on the same address at any free port. */
    ANY_PORT
  }

  /** As {@link #start(ServerConfig, Parts, IfTaken)}, refusing a port that is taken. */
  public static ControlServer start(ServerConfig config, Parts parts) throws ServerException {
    return start(config, parts, IfTaken.REFUSE);
  }

  /**
   * Listens.
   *
   * @throws ServerException where that is not possible
   */
  public static ControlServer start(ServerConfig config, Parts parts, IfTaken ifTaken)
      throws ServerException {
    return start(config, Shown.NOTHING, parts, ifTaken);
  }

  /**
   * Listens.
   *
   * @param shown the configuration that runs
   * @throws ServerException where that is not possible
   */
  public static ControlServer start(ServerConfig config, Shown shown, Parts parts, IfTaken ifTaken)
      throws ServerException {
    ListeningPort port = ListeningPort.open(config.listen(), "server.listen", ifTaken);
    JavalinLogger.enabled = false;
    Javalin app = Javalin.create(javalin -> configure(javalin, port));
    Doorkeeper doorkeeper = new Doorkeeper(config);
    new Endpoints(doorkeeper, parts, shown).on(app);
    Console console = parts.console();
    if (console != null) {
      new ConsoleEndpoints(console, doorkeeper.needsToken(), port.url()).on(app);
    }
    try {
      URI url = port.url();
      app.start();
      log.atInfo().addKeyValue("url", url).log("control endpoint open");
      return new ControlServer(app.jettyServer().server(), url);
    } catch (RuntimeException e) {
      throw new ServerException("the control endpoint does not start: " + e, e);
    }
  }

  private static void configure(JavalinConfig javalin, ListeningPort port) {
    javalin.showJavalinBanner = false;
    javalin.startupWatcherEnabled = false;
    javalin.http.prefer405over404 = true;
    javalin.http.disableCompression();
    javalin.jetty.threadPool = threads();
    javalin.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JsonErrors());
          server.setHandler(new StatisticsHandler());
          server.setStopTimeout(GRACE_MILLIS);
        });
    javalin.jetty.addConnector(port::connector);
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2, 30_000);
    threads.setName("control");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setStopTimeout(200);
    return threads;
  }

  /** Where callers on this machine reach it. */
  public URI url() {
    return url;
  }

  /** Lets requests under way end, for at most two seconds. */
  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("control endpoint cut off requests under way");
    }
  }
}
