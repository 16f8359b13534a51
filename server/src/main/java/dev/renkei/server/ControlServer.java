package dev.renkei.server;

import dev.renkei.core.config.ServerConfig;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** The control endpoint of one process, from {@link #start} until {@link #close}. */
public final class ControlServer implements AutoCloseable {
  /** No query brings more rows than that. */
  public static final int MAX_ROWS = 100_000;

  private ControlServer() {}

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

  /**
   * Listens.
   *
   * @throws ServerException where that is not possible
   */
  public static ControlServer start(ServerConfig config, Parts parts, IfTaken ifTaken)
      throws ServerException {
    throw new UnsupportedOperationException();
  }

  /** As {@link #start(ServerConfig, Parts, IfTaken)}, refusing a port that is taken. */
  public static ControlServer start(ServerConfig config, Parts parts) throws ServerException {
    return start(config, parts, IfTaken.REFUSE);
  }

  /** Where callers on this machine reach it. */
  public URI url() {
    throw new UnsupportedOperationException();
  }

  /** Lets requests under way end, for at most two seconds. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
