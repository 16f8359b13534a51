package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Listens for clients that speak TDS 7.1 to 7.4, and passes what they ask on to a {@link
 * SqlServer}. Thread-safe.
 *
 * <p>Each connection has two daemon threads named {@code tds-<port>-<number>} and {@code
 * tds-<port>-<number>-reader}.
 */
public final class TdsServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TdsServer.class.getName());
  private static final int BACKLOG = 128;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final SqlServer server;
  private final TdsOptions options;
  private final InetAddress address;
  private final int port;
  private final WireFaults faults = new WireFaults();
  private final Tls tls = new Tls(InstantSource.system());
  private final AtomicLong numbers = new AtomicLong();
  private final Map<ClientConnection, Thread> connections = new ConcurrentHashMap<>();

  private @Nullable Listener listener;

  /** A bound socket and the thread that accepts from it. */
  private record Listener(ServerSocket socket, Thread thread) {}

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one, see {@link #port()}
   * @throws IOException where the port cannot be had
   */
  public TdsServer(SqlServer server, InetAddress address, int port, TdsOptions options)
      throws IOException {
    this.server = server;
    this.address = address;
    this.options = options;
    ServerSocket socket = bind(port);
    this.port = socket.getLocalPort();
    this.listener = accept(socket);
  }

  /** The port listened on; it stays the same over {@link #stopListening} and {@link #listen}. */
  public int port() {
    return port;
  }

  public WireFaults faults() {
    return faults;
  }

  /** The certificate that clients are shown, made now if no client has wanted one yet. */
  public X509Certificate certificate() throws IOException {
    return tls.certificate();
  }

  /** How many clients are connected, logged in or not. */
  public int connections() {
    return connections.size();
  }

  /** Accepts no new clients until {@link #listen}; those that are connected stay. */
  public synchronized void stopListening() {
    Listener current = listener;
    if (current == null) {
      return;
    }
    listener = null;
    try {
      current.socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "closing the listener failed", e);
    }
    join(current.thread, CLOSE_TIMEOUT);
  }

  /**
   * Listens again on the same port.
   *
   * @throws IOException where somebody else has taken the port
   */
  public synchronized void listen() throws IOException {
    if (listener == null) {
      listener = accept(bind(port));
    }
  }

  /** Closes every connection, without a word to the clients; their sessions are closed. */
  public void dropConnections() {
    connections.keySet().forEach(ClientConnection::drop);
  }

  /**
   * Closes the connection of one session, without a word to its client.
   *
   * @return false where there is no such session
   */
  public boolean dropConnection(int session) {
    for (ClientConnection connection : connections.keySet()) {
      if (session != 0 && connection.sessionId() == session) {
        connection.drop();
        return true;
      }
    }
    return false;
  }

  /** Stops to listen, drops all connections, and waits until their sessions are closed. */
  @Override
  public void close() {
    stopListening();
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    dropConnections();
    for (Thread thread : connections.values()) {
      if (thread != Thread.currentThread()) {
        join(thread, Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
      }
    }
  }

  private ServerSocket bind(int wanted) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, wanted), BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "cannot listen on %s port %d: %s"
              .formatted(address.getHostAddress(), wanted, e.getMessage()),
          e);
    }
  }

  private Listener accept(ServerSocket socket) {
    Thread thread = new Thread(() -> acceptAll(socket), "tds-" + socket.getLocalPort());
    thread.setDaemon(true);
    thread.start();
    return new Listener(socket, thread);
  }

  private void acceptAll(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        start(listening.accept());
      } catch (IOException e) {
        if (!listening.isClosed()) {
          LOG.log(System.Logger.Level.WARNING, "accepting a client failed", e);
        }
      }
    }
  }

  private void start(Socket socket) throws IOException {
    if (connections.size() >= options.maxConnections()) {
      LOG.log(System.Logger.Level.WARNING, "a client was turned away: too many connections");
      socket.close();
      return;
    }
    String name = "tds-%d-%d".formatted(port, numbers.incrementAndGet());
    ClientConnection connection = new ClientConnection(server, options, tls, faults, socket, name);
    Thread thread =
        new Thread(
            () -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            },
            name);
    thread.setDaemon(true);
    connections.put(connection, thread);
    thread.start();
  }

  private static void join(Thread thread, Duration timeout) {
    try {
      thread.join(timeout.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
