package dev.renkei.bench.hub;

import dev.renkei.bench.Child;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The embedded broker in a process of its own, with data that is thrown away. */
public final class Broker implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final int HEAP_MIB = 512;

  private final TemporaryFolder folder;
  private final Child process;
  private final String address;

  private Broker(TemporaryFolder folder, Child process, String address) {
    this.folder = folder;
    this.process = process;
    this.address = address;
  }

  public static Broker start() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create();
    Child process = Child.start(BrokerProcess.class, HEAP_MIB, folder.path().toString());
    return new Broker(folder, process, process.answer());
  }

  /** Host and port. */
  public String address() {
    return address;
  }

  /** A folder beside the broker's. */
  Path folder(String name) {
    return folder.path().resolve(name);
  }

  /** Opens a hub of its own on the broker, by the prefix of its topics. */
  public KafkaHub hub(String prefix) throws HubException, InterruptedException {
    return hub(address, prefix);
  }

  /** Opens a hub on a broker, perhaps in another process than the broker was started from. */
  public static KafkaHub hub(String address, String prefix)
      throws HubException, InterruptedException {
    return KafkaHub.open(
        new HubConfig.Kafka(List.of(address), prefix, PARTITIONS, Duration.ofDays(7), Map.of()),
        Path.of(""));
  }

  double cpuSeconds() throws IOException {
    return Double.parseDouble(process.ask("cpu"));
  }

  @Override
  public void close() throws IOException {
    process.close();
    folder.close();
  }
}
