package dev.renkei.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** The checkout that is under test. */
public final class Project {
  private Project() {}

  /** The folder that holds the launcher. */
  public static Path root() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .filter(folder -> Files.isRegularFile(folder.resolve("renkei")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "not inside the project: " + Path.of("").toAbsolutePath()));
  }
}
