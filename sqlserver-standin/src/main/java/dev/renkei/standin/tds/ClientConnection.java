package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer;
import dev.renkei.standin.sql.SqlSession;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client. Its thread runs {@link #run}: the handshake, then request after request. A second
 * thread reads, so that an attention arrives while a statement runs.
 *
 * <p>The reader hands over every message in order, attentions too: each is acknowledged exactly
 * once, in a message of its own after the response that it cut short or that was finished already.
 */
final class ClientConnection implements Runnable {
  private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());
  private static final int QUEUED_MESSAGES = 4;
  private static final int BUFFER_BYTES = 32768;
  private static final int FIRST_PACKET_BYTES = 4096;
  private static final int FATAL_SEVERITY = 20;
  private static final long CANCEL_INTERVAL_MILLIS = 10;

  /** What the reader puts last into the queue. */
  private static final Message END = new Message(-1, 0, new byte[0]);

  private final SqlServer server;
  private final TdsOptions options;
  private final Tls tls;
  private final WireFaults faults;
  private final Socket socket;
  private final String name;
  private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(QUEUED_MESSAGES);

  /** Held while a cancel is given, so that none comes after its attention was acknowledged. */
  private final Object cancelling = new Object();

  private final ResponseWriter.Interruption interruption = new RowInterruption();

  private volatile @Nullable SqlSession session;
  private volatile boolean attention;
  private volatile boolean gone;
  private volatile boolean finished;
  private volatile @Nullable IOException broken;

  ClientConnection(
      SqlServer server,
      TdsOptions options,
      Tls tls,
      WireFaults faults,
      Socket socket,
      String name) {
    this.server = server;
    this.options = options;
    this.tls = tls;
    this.faults = faults;
    this.socket = socket;
    this.name = name;
  }

  /** The session's number; 0 before the login. */
  int sessionId() {
    SqlSession current = session;
    return current == null ? 0 : current.id();
  }

  /** Ends the connection from any thread; its own thread then closes the session. */
  void drop() {
    gone = true;
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
    }
    faults.wake();
    SqlSession current = session;
    if (current != null) {
      current.cancel();
    }
  }

  @Override
  public void run() {
    try (socket) {
      converse();
    } catch (EOFException | MalformedMessage e) {
      LOG.log(System.Logger.Level.DEBUG, () -> name + " ended: " + e.getMessage());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> name + " ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, name + " failed", e);
    } finally {
      gone = true;
      SqlSession current = session;
      if (current != null) {
        current.close();
      }
    }
  }

  private void converse() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) options.loginTimeout().toMillis());
    BufferedInputStream rawIn = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    PacketWriter out =
        new PacketWriter(socket.getOutputStream(), this::awaitWrites, FIRST_PACKET_BYTES);
    TokenWriter tokens = new TokenWriter(out, options.serverName());
    Handshake.LoggedIn loggedIn =
        new Handshake(server, options, tls, faults, rawIn, socket.getOutputStream(), tokens).run();
    if (loggedIn == null) {
      return;
    }
    session = loggedIn.session();
    if (gone) {
      return;
    }
    socket.setSoTimeout(0);
    Thread reader = new Thread(() -> readAll(loggedIn.requests()), name + "-reader");
    reader.setDaemon(true);
    reader.start();
    try {
      serve(loggedIn.session(), tokens);
    } finally {
      gone = true;
      socket.close();
      synchronized (cancelling) {
        finished = true;
        cancelling.notifyAll();
      }
      queue.clear();
      reader.join();
    }
  }

  private void readAll(PacketReader requests) {
    SqlSession current = session;
    if (current == null) {
      return;
    }
    try {
      for (Message message = requests.read(); message != null; message = requests.read()) {
        if (message.type() == Message.ATTENTION) {
          attention = true;
          handOver(message, current, () -> attention);
        } else {
          handOver(message, current, () -> false);
        }
      }
    } catch (IOException e) {
      broken = e;
    }
    if (!(broken instanceof MalformedMessage)) {
      gone = true;
    }
    handOver(END, current, () -> gone);
  }

  /**
   * Puts a message into the queue. Cancels what runs again and again while that is wanted, as a
   * cancel between two statements, or before the first, meets nobody.
   */
  private void handOver(Message message, SqlSession current, BooleanSupplier cancels) {
    boolean handed = false;
    try {
      while (!finished && (!handed || cancels.getAsBoolean())) {
        synchronized (cancelling) {
          if (cancels.getAsBoolean()) {
            current.cancel();
          }
          if (handed && cancels.getAsBoolean() && !finished) {
            cancelling.wait(CANCEL_INTERVAL_MILLIS);
          }
        }
        handed = handed || queue.offer(message, CANCEL_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SqlSession current, TokenWriter tokens)
      throws IOException, InterruptedException {
    while (true) {
      Message message = queue.take();
      if (message == END) {
        IOException why = broken;
        if (why instanceof MalformedMessage) {
          refuseMalformed(tokens, why);
        }
        return;
      }
      if (message.type() == Message.ATTENTION) {
        synchronized (cancelling) {
          attention = false;
          cancelling.notifyAll();
        }
        tokens.done(TokenWriter.DONE, TokenWriter.ATTENTION, 0, 0);
        tokens.out().endMessage();
        continue;
      }
      try {
        if (!answer(message, current, tokens)) {
          return;
        }
      } catch (MalformedMessage e) {
        refuseMalformed(tokens, e);
        return;
      }
    }
  }

  private static void refuseMalformed(TokenWriter tokens, IOException why) throws IOException {
    tokens.error(
        new SqlError(
            4002,
            1,
            FATAL_SEVERITY,
            "The incoming tabular data stream (TDS) protocol stream is incorrect: "
                + why.getMessage()
                + "."),
        1);
    tokens.done(TokenWriter.DONE, TokenWriter.ERROR_BIT, 0, 0);
    tokens.out().endMessage();
  }

  /** False where the connection is to end after this answer. */
  private boolean answer(Message message, SqlSession current, TokenWriter tokens)
      throws IOException {
    if (message.isIgnored()) {
      tokens.done(TokenWriter.DONE, TokenWriter.ERROR_BIT, 0, 0);
      tokens.out().endMessage();
      return true;
    }
    boolean goesOn = message.resets() ? reset(message, current, tokens) : true;
    goesOn = goesOn && new Request(current, tokens, interruption, () -> attention).answer(message);
    if (goesOn) {
      tokens.out().endMessage();
    }
    return goesOn;
  }

  private static boolean reset(Message message, SqlSession current, TokenWriter tokens)
      throws IOException {
    try {
      current.reset(message.keepsTransaction());
      tokens.resetDone();
      return true;
    } catch (SqlError e) {
      tokens.error(e, 1);
      tokens.done(TokenWriter.DONE, TokenWriter.ERROR_BIT, 0, 0);
      tokens.out().endMessage();
      return false;
    }
  }

  private void awaitWrites() throws IOException {
    faults.awaitWrites(() -> gone);
    if (gone && socket.isClosed()) {
      throw new EOFException("the connection has been closed");
    }
  }

  private final class RowInterruption implements ResponseWriter.Interruption {
    @Override
    public void check() throws IOException {
      if (attention) {
        throw new Cancelled();
      }
      if (gone) {
        throw new EOFException("the client has gone");
      }
    }

    @Override
    public void cutAfter(PacketWriter out, long rows) throws IOException {
      if (faults.cutsAfter(rows)) {
        out.breakOff();
        drop();
        throw new EOFException("the connection was cut on demand after %d rows".formatted(rows));
      }
    }
  }
}
