package dev.renkei.hub.kafka;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The embedded broker as a process of its own, for those whose class path has another Kafka: says
 * {@code ready host:port}, and ends when its standard input does, also with a parent that was
 * killed by force.
 */
public final class BrokerProcess {
  /** What its line on standard output begins with. */
  public static final String READY = "ready ";

  private BrokerProcess() {}

  /**
   * Runs it.
   *
   * @param arguments the folder in which it keeps its topics
   */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]))) {
      System.out.println(READY + broker.bootstrapServers());
      awaitEnd();
    }
    Runtime.getRuntime().halt(0);
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // The parent is gone then.
    }
  }
}
