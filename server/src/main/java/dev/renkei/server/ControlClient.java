package dev.renkei.server;

import dev.renkei.core.config.Secret;
import dev.renkei.core.schema.TableName;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Talks to the control endpoint of one process. Safe for several threads. */
public final class ControlClient {
  private final URI base;
  private final @Nullable Secret token;
  private final Duration patience;

  /**
   * A client; connects when asked something.
   *
   * @param base for example {@code http://127.0.0.1:8080}
   * @param token null where the server wants none
   * @param patience how long an answer may take
   */
  public ControlClient(URI base, @Nullable Secret token, Duration patience) {
    this.base = base;
    this.token = token;
    this.patience = patience;
  }

  public StatusReport status() throws ControlException, InterruptedException {
    throw new UnsupportedOperationException(base + " " + token + " " + patience);
  }

  /**
   * Asks a warehouse.
   *
   * @param warehouse null where the process has only one
   * @param maxRows at most {@link ControlServer#MAX_ROWS}
   */
  public QueryAnswer query(String sql, @Nullable String warehouse, int maxRows)
      throws ControlException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link Commands#reload}.
   *
   * @param table null for every table
   */
  public void reload(@Nullable TableName table, String reason)
      throws ControlException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link Commands#replay}.
   *
   * @param warehouse null for every warehouse
   */
  public void replay(@Nullable String warehouse, Instant from)
      throws ControlException, InterruptedException {
    throw new UnsupportedOperationException();
  }
}
