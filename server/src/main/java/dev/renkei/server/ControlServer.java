package dev.renkei.server;

import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.ServerConfig;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control endpoint of one process, from {@link #start} until {@link #close}.
 *
 * <p>It answers JSON at {@code GET /api/status} ({@link StatusReport}), {@code POST /api/query}
 * ({@code sql}, {@code warehouse}, {@code maxRows}; {@link QueryAnswer}), {@code POST /api/reload}
 * ({@code table} or {@code all}, {@code reason}), {@code POST /api/replay} ({@code warehouse},
 * {@code from}), {@code GET /health/live} and {@code GET /health/ready}; whatever it refuses as
 * {@code {"error": {"message", "cure"}}}.
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
   * @param queries by name of the warehouse; empty where this process has none
   */
  public record Parts(
      Supplier<StatusReport> status, Map<String, Queries> queries, Commands commands) {
    public Parts {
      queries = Map.copyOf(queries);
    }
  }

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
    ServerSocketChannel channel = listen(config.listen(), ifTaken);
    JavalinLogger.enabled = false;
    Javalin app = Javalin.create(javalin -> configure(javalin, channel));
    new Endpoints(new Doorkeeper(config), parts).on(app);
    try {
      URI url = url(channel);
      app.start();
      log.atInfo().addKeyValue("url", url).log("control endpoint open");
      return new ControlServer(app.jettyServer().server(), url);
    } catch (IOException | RuntimeException e) {
      throw new ServerException("the control endpoint does not start: " + e, e);
    }
  }

  private static ServerSocketChannel listen(ListenAddress address, IfTaken ifTaken)
      throws ServerException {
    try {
      return open(address, address.port());
    } catch (BindException e) {
      boolean taken = String.valueOf(e.getMessage()).contains("in use");
      if (taken && ifTaken == IfTaken.ANY_PORT) {
        return listen(new ListenAddress(address.host(), 0), IfTaken.REFUSE);
      }
      throw new ServerException(
          taken
              ? "%s is taken by another program, perhaps another Renkei. Stop that one, or set server.listen to a free port (port 0 takes any)."
                  .formatted(address)
              : "cannot listen on %s: %s. Set server.listen to an address of this machine, for example 127.0.0.1:8080."
                  .formatted(address, e.getMessage()),
          e);
    } catch (IOException | UnresolvedAddressException e) {
      throw new ServerException(
          "cannot listen on %s: %s. Set server.listen to an address of this machine and a port above 1023, for example 127.0.0.1:8080."
              .formatted(address, e),
          e);
    }
  }

  private static ServerSocketChannel open(ListenAddress address, int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address.host(), port));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void configure(JavalinConfig javalin, ServerSocketChannel channel) {
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
    javalin.jetty.addConnector((server, http) -> connector(server, http, channel));
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2, 30_000);
    threads.setName("control");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setStopTimeout(200);
    return threads;
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, ServerSocketChannel channel) {
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    // Idle connections of clients that are still there do not hold up the end.
    connector.setShutdownIdleTimeout(50);
    try {
      connector.open(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return connector;
  }

  private static URI url(ServerSocketChannel channel) throws IOException {
    InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
    InetAddress host = address.getAddress();
    String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
    return URI.create("http://" + new ListenAddress(name, address.getPort()));
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
