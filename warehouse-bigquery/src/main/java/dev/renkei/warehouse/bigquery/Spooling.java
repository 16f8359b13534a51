package dev.renkei.warehouse.bigquery;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How rows of snapshots come into the logs by load jobs: they wait in files, one of a table at a
 * time, each of which is closed and loaded when it is large or old, and before its table is swept.
 *
 * @param folder where files wait; each dataset has a folder of its own in it
 * @param fileBytes how large a file gets
 * @param fileAge how old a file gets
 * @param jobBytes a smaller file is appended by the log's stream: a job takes some seconds whatever
 *     it loads, and a table has 1,500 a day. 0 for no new files; those that are left are loaded
 * @param mostBytes that wait in files of all tables; where there are more, the writer waits
 * @param jobs that run at a time
 */
public record Spooling(
    Path folder, long fileBytes, Duration fileAge, long jobBytes, long mostBytes, int jobs) {
  public Spooling {
    if (fileBytes < 1 || fileAge.isNegative() || jobBytes < 0 || mostBytes < 1 || jobs < 1) {
      throw new IllegalArgumentException(
          "files of %d bytes and %s, jobs from %d bytes, %d bytes in all, %d jobs"
              .formatted(fileBytes, fileAge, jobBytes, mostBytes, jobs));
    }
  }

  /** With what suits most. */
  public static Spooling in(Path folder, long jobBytes) {
    return new Spooling(folder, 256L << 20, Duration.ofMinutes(10), jobBytes, 2L << 30, 4);
  }

  boolean takesRows() {
    return jobBytes > 0;
  }
}
