package dev.renkei.standin.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the sample data lies: {@code RENKEI_DATA}, else {@code ../shared/data} of the project. */
final class DataDirectory {
  private DataDirectory() {}

  /** A directory of sample data; empty where it is absent. */
  static Optional<Path> find(String name) {
    String given = System.getenv("RENKEI_DATA");
    Path data =
        given == null || given.isBlank()
            ? projectRoot().resolve("../shared/data").normalize()
            : Path.of(given);
    return Optional.of(data.resolve(name)).filter(Files::isDirectory);
  }

  /** Tests run in the directory of their module; the root is the outermost one that has a POM. */
  private static Path projectRoot() {
    Path root = Path.of("").toAbsolutePath();
    for (Path up = root.getParent(); up != null; up = up.getParent()) {
      if (!Files.exists(up.resolve("pom.xml"))) {
        break;
      }
      root = up;
    }
    return root;
  }
}
