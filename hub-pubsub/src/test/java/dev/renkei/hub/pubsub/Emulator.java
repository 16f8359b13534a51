package dev.renkei.hub.pubsub;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.config.HubConfig.PubSub.State;
import dev.renkei.core.hub.HubException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Google's emulator in tests; they are skipped where it is not found. */
final class Emulator {
  private static final AtomicInteger HUBS = new AtomicInteger();

  private Emulator() {}

  /** One of its own, to be closed, also where another one runs on this machine. */
  static PubSubEmulator start(Path folder) throws HubException, InterruptedException {
    return start(folder, PubSubEmulator.freePort());
  }

  static PubSubEmulator start(Path folder, int port) throws HubException, InterruptedException {
    PubSubEmulator.Found found =
        PubSubEmulator.find(
            java.util.Map.of("PATH", System.getenv().getOrDefault("PATH", "")),
            Path.of(System.getProperty("user.home")));
    if (found instanceof PubSubEmulator.Found.Nowhere nowhere) {
      Assumptions.abort("needs Google's Pub/Sub emulator: " + nowhere.sentence());
    }
    return PubSubEmulator.start(((PubSubEmulator.Found.Jar) found).path(), folder, port, 512);
  }

  /** Of a hub that no other test has; its state lies in a folder. */
  static HubConfig.PubSub config(Path folder) {
    return config(folder, Publish.DEFAULT);
  }

  static HubConfig.PubSub config(Path folder, Publish publish) {
    int number = HUBS.incrementAndGet();
    return new HubConfig.PubSub(
        "demo-project",
        "test" + number + ".",
        Duration.ofDays(7),
        new State.Directory(folder.resolve("state" + number).toAbsolutePath()),
        publish);
  }
}
