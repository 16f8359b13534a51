package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every library on the class path is named, with its licence, in {@code docs/licences.md}. */
class LicencesTest {
  @Test
  void everyLibraryIsListedWithItsLicence() throws IOException {
    String page = Files.readString(Project.root().resolve("docs/licences.md"));

    List<String> artifacts =
        Stream.of(System.getProperty("java.class.path", ""), classPathOfBeam())
            .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(name -> name.endsWith(".jar"))
            .map(name -> name.replaceFirst("(-v\\d+-rev\\d+)?-\\d[^/]*\\.jar$", ""))
            .filter(name -> !name.matches("renkei-.*|sqlserver-standin.*|surefire.*"))
            .distinct()
            .toList();

    assertThat(artifacts)
        .isNotEmpty()
        .allSatisfy(artifact -> assertThat(page).contains("`" + artifact + "`"));
  }

  private static String classPathOfBeam() throws IOException {
    return Files.readString(Project.root().resolve("beam/target/runtime.classpath")).strip();
  }
}
