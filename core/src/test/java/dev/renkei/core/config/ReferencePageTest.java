package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page of the docs is what the table of keys says. After a change of the table, {@code mvn -pl
 * core test -Dtest=ReferencePageTest -Drenkei.rewrite=true} writes it anew.
 */
class ReferencePageTest {
  @Test
  void thePageIsWhatTheCodeReads() throws Exception {
    Path page = docs().resolve("configuration.md");
    String rendered = ReferencePage.render();
    if (Boolean.getBoolean("renkei.rewrite")) {
      Files.writeString(page, rendered);
    }

    assertThat(Files.readString(page)).isEqualTo(rendered);
  }

  static Path docs() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("docs"))
        .filter(docs -> Files.isRegularFile(docs.resolve("renkei.example.yaml")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not inside the project"));
  }
}
