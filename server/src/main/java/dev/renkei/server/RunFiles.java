package dev.renkei.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Which processes of an installation run on this machine: {@code <data_dir>/run/<pid>.json}, one
 * file each, there as long as its process lives.
 */
public final class RunFiles implements AutoCloseable {
  private RunFiles() {}

  /**
   * One process.
   *
   * @param url of its control endpoint
   * @param startedAt of the process, as the system knows it
   */
  public record Running(long pid, List<String> roles, URI url, Instant startedAt) {
    public Running {
      roles = List.copyOf(roles);
    }
  }

  /** Announces this process; until it is closed or dies. */
  public static RunFiles write(Path dataDir, List<String> roles, URI url) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Those that live, oldest first; what dead ones left is removed. Empty where nothing ever ran.
   */
  public static List<Running> living(Path dataDir) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
