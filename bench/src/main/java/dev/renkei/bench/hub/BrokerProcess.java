package dev.renkei.bench.hub;

import dev.renkei.bench.Machine;
import dev.renkei.hub.kafka.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The broker's process: says where it is when ready, then answers {@code cpu}. */
final class BrokerProcess {
  private BrokerProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]))) {
      System.out.println(broker.bootstrapServers());
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String question = questions.readLine();
          question != null;
          question = questions.readLine()) {
        System.out.println(Machine.cpuSeconds());
      }
    }
  }
}
