package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files of the project that are what code renders; {@code -Drenkei.rewrite=true} writes them anew.
 */
final class Rewritten {
  private Rewritten() {}

  /**
   * Asserts that a file is what was rendered.
   *
   * @param path from the project's folder
   */
  static void assertThatFileIs(String path, String rendered) throws IOException {
    Path file = project().resolve(path);
    if (Boolean.getBoolean("renkei.rewrite")) {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, rendered);
    }
    assertThat(Files.readString(file)).isEqualTo(rendered);
  }

  private static Path project() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .filter(folder -> Files.isRegularFile(folder.resolve("docs/renkei.example.yaml")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not inside the project"));
  }
}
