package dev.renkei.loader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Until when a loader had dealt with what an unordered hub held for it, kept in a file. Such a hub
 * lets go of what was not acknowledged for longer than its retention, and tells nobody: only the
 * time since then shows that something may be gone. Belongs to the loader's thread.
 */
final class CaughtUp {
  /** How often it is written down. */
  private static final Duration WRITTEN_EVERY = Duration.ofMinutes(1);

  private final Path file;
  private @Nullable Instant until;
  private @Nullable Instant written;

  private CaughtUp(Path file, @Nullable Instant until) {
    this.file = file;
    this.until = until;
    this.written = until;
  }

  /** Reads what the last run has left; nothing where there was none. */
  static CaughtUp read(Path folder) throws IOException {
    Path file = folder.resolve("caught-up");
    try {
      return new CaughtUp(file, Instant.parse(Files.readString(file).strip()));
    } catch (NoSuchFileException e) {
      return new CaughtUp(file, null);
    } catch (DateTimeParseException e) {
      throw new IOException(file + " holds no time; remove it, and reload all tables", e);
    }
  }

  /**
   * Whether what came since may be gone: a tenth of the retention before it is over, since clocks
   * and leases differ.
   *
   * @param retention how long the hub keeps what was not acknowledged
   */
  boolean isTooLongAgo(Instant now, Duration retention) {
    return until != null
        && Duration.between(until, now).compareTo(retention.minus(retention.dividedBy(10))) >= 0;
  }

  /** How long ago that is; zero where it is not known. */
  Duration age(Instant now) {
    return until == null ? Duration.ZERO : Duration.between(until, now);
  }

  /** All that was published before that time is dealt with, as far as can be seen. */
  void reached(Instant time) throws IOException {
    if (until != null && !time.isAfter(until)) {
      return;
    }
    until = time;
    if (written == null || Duration.between(written, time).compareTo(WRITTEN_EVERY) >= 0) {
      Path next = file.resolveSibling("caught-up.next");
      Files.writeString(next, time.toString());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written = time;
    }
  }
}
