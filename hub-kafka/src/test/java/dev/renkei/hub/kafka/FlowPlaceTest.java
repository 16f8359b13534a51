package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.HubException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a flow do not share a folder. */
class FlowPlaceTest {
  @TempDir private Path flows = Path.of("");

  @Test
  void theNextProcessTakesTheNextFolderAndALaterOneWhatHasBecomeFree() throws Exception {
    FlowPlace first = FlowPlace.take(flows);
    try (FlowPlace second = FlowPlace.take(flows)) {
      assertThat(first.directory()).isEqualTo(flows);
      assertThat(second.directory()).isEqualTo(flows.resolve("2"));
      assertThat(second.instance()).isNotEqualTo(first.instance());
      first.close();

      try (FlowPlace third = FlowPlace.take(flows)) {
        assertThat(third.directory()).isEqualTo(first.directory());
        assertThat(third.instance()).isEqualTo(first.instance());
      }
    }
  }

  @Test
  void aNameIsOneProcessesAtATime() throws Exception {
    try (FlowPlace east = FlowPlace.take(flows, "east")) {
      assertThat(east.directory()).isEqualTo(flows.resolve("east"));

      assertThatThrownBy(() -> FlowPlace.take(flows, "east"))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("another process runs the flow under the name east")
          .hasMessageContaining("give another --name");
    }
  }
}
