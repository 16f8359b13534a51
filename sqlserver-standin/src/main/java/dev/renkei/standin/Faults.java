package dev.renkei.standin;

import dev.renkei.standin.engine.Engine;
import dev.renkei.standin.engine.RequestFaults;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tds.TdsServer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Faults on demand. Thread-safe; a fault acts on requests that begin after it was ordered.
 *
 * <p>Patterns are searched for ({@link java.util.regex.Matcher#find}) in the text of a request: the
 * batch, the statement behind {@code sp_executesql}, {@code sp_prepexec} or {@code sp_execute}, or
 * the name of another procedure; {@code BEGIN TRANSACTION} and its like for requests of the
 * transaction manager.
 */
public final class Faults {
  private final RequestFaults requests;
  private final Supplier<Engine> engine;

  private final Supplier<TdsServer> wire;

  Faults(RequestFaults requests, Supplier<Engine> engine, Supplier<TdsServer> wire) {
    this.requests = requests;
    this.engine = engine;
    this.wire = wire;
  }

  /** A fault that was ordered; closing it ends it. */
  public interface Order extends AutoCloseable {
    @Override
    void close();
  }

  /** Requests that are held; closing it lets them go on and holds no more. */
  public interface Stall extends Order {
    /** How many requests are held now. */
    int waiting();

    /** Waits until so many requests are held; false after the timeout. */
    boolean awaitWaiting(int count, Duration timeout) throws InterruptedException;
  }

  /** The next so many requests that match fail with an error, before they do anything. */
  public Order failStatements(Pattern pattern, int count, SqlError error) {
    return requests.fail(pattern, count, error)::run;
  }

  /** Every request that matches waits before it does anything. */
  public Order delayStatements(Pattern pattern, Duration delay) {
    return requests.delay(pattern, delay)::run;
  }

  /** Every request that matches waits, before it does anything, until the stall is closed. */
  public Stall stallStatements(Pattern pattern) {
    RequestFaults.Gate gate = new RequestFaults.Gate();
    Runnable end = requests.stall(pattern, gate);
    return new Stall() {
      @Override
      public int waiting() {
        return gate.waiting();
      }

      @Override
      public boolean awaitWaiting(int count, Duration timeout) throws InterruptedException {
        return gate.awaitWaiting(count, timeout);
      }

      @Override
      public void close() {
        end.run();
      }
    };
  }

  /** The next so many logins are refused with an error, whoever asks. */
  public Order refuseLogins(int count, SqlError error) {
    return requests.refuseLogins(count, error)::run;
  }

  /**
   * Cuts one connection, once: the first whose result reaches so many rows, in the middle of a
   * packet.
   */
  public void cutConnectionAfterRows(long rows) {
    wire.get().faults().cutAfterRows(rows);
  }

  /** Sends nothing more to any client until the order is closed; requests are still read. */
  public Order stallWrites() {
    return wire.get().faults().stallWrites()::close;
  }

  /** Closes the connection of one session without a word; false where there is none. */
  public boolean dropConnection(int session) {
    return wire.get().dropConnection(session);
  }

  /** Closes every connection without a word. */
  public void dropConnections() {
    wire.get().dropConnections();
  }

  /** Ends a session as KILL does; false where there is none of that number. */
  public boolean killSession(int id) {
    return engine.get().kill(id);
  }

  /** Ends all faults ordered so far and lets go whoever is held. */
  public void clear() {
    requests.clear();
    wire.get().faults().clear();
  }
}
