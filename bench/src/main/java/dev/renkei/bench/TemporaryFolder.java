package dev.renkei.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one round; closing it deletes it with all that is in it. */
public record TemporaryFolder(Path path) implements AutoCloseable {
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("renkei-bench"));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> inmostFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inmostFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
