package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.BigtableConfig.Endpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BigtableAccessTest {
  private static final Map<String, String> EMULATED = Map.of("BIGTABLE_EMULATOR_HOST", "h:8086");
  private static final BigtableConfig GOOGLES = new BigtableConfig("p", "i", "t", null);

  @Test
  void theEmulatorOfTheEnvironmentCountsWhereTheConfigurationNamesNone() {
    assertThat(BigtableAccess.resolved(GOOGLES, EMULATED))
        .isEqualTo(new BigtableConfig("p", "i", "t", new Endpoint("h:8086", true)));
    assertThat(BigtableAccess.resolved(GOOGLES, Map.of("BIGTABLE_EMULATOR_HOST", " ")))
        .isEqualTo(GOOGLES);
    assertThat(BigtableAccess.resolved(GOOGLES, Map.of())).isEqualTo(GOOGLES);
  }

  @Test
  void theEndpointOfTheConfigurationComesFirst() {
    BigtableConfig own = new BigtableConfig("p", "i", "t", new Endpoint("region:443", false));

    assertThat(BigtableAccess.resolved(own, EMULATED)).isEqualTo(own);
  }
}
