package dev.renkei.beam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What stands in {@code deploy/dataflow} is what this build needs. */
class TemplateMetadataTest {
  private static Path deploy() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("deploy/dataflow"))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTemplateAsksForTheBlueprintAlone() throws Exception {
    JsonNode metadata = new ObjectMapper().readTree(deploy().resolve("metadata.json").toFile());

    assertThat(metadata.path("parameters"))
        .singleElement()
        .satisfies(
            parameter -> {
              assertThat(parameter.path("name").asText()).isEqualTo(Blueprint.PARAMETER);
              assertThat(parameter.path("isOptional").asBoolean()).isFalse();
            });
    assertThat(metadata.path("description").asText()).contains(Flow.all());
  }

  @Test
  void theImageStartsTheTemplatesMain() throws Exception {
    assertThat(Files.readString(deploy().resolve("Dockerfile")))
        .contains("FLEX_TEMPLATE_JAVA_MAIN_CLASS=\"" + TemplateMain.class.getName() + "\"")
        .contains("renkei-beam.jar");
  }
}
