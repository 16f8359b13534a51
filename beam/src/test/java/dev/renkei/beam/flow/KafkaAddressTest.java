package dev.renkei.beam.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The user's properties reach every client, and nobody who looks at a job. */
class KafkaAddressTest {
  private static final KafkaAddress ADDRESS =
      new KafkaAddress(
          List.of("127.0.0.1:1"),
          Map.of("security.protocol", "NONSENSE", "isolation.level", "read_uncommitted"));

  @Test
  void everyClientIsMadeWithThem() {
    Map<String, Object> consumer = asBeamDoes(ADDRESS.consumer("group"));
    Map<String, Object> producer = asBeamDoes(ADDRESS.producer());

    assertThatThrownBy(() -> ADDRESS.consumers().apply(consumer))
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("NONSENSE");
    assertThatThrownBy(() -> ADDRESS.producers().apply(producer))
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("NONSENSE");
    assertThatThrownBy(() -> KafkaSchemaTopic.open(ADDRESS, "renkei.schemas").close())
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("NONSENSE");
  }

  private static Map<String, Object> asBeamDoes(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", ADDRESS.servers());
    all.put("key.deserializer", ByteArrayDeserializer.class);
    all.put("value.deserializer", ByteArrayDeserializer.class);
    all.put("key.serializer", ByteArraySerializer.class);
    all.put("value.serializer", ByteArraySerializer.class);
    return all;
  }

  @Test
  void whatIsShownHoldsNoneOfThem() {
    assertThat(ADDRESS.consumer("group").toString() + ADDRESS.producer() + ADDRESS)
        .doesNotContain("NONSENSE")
        .contains("read_committed");
  }
}
