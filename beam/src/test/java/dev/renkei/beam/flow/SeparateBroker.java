package dev.renkei.beam.flow;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The embedded broker of hub-kafka in a process of its own: this class path has another Kafka. */
public final class SeparateBroker implements AutoCloseable {
  private static final String READY = "ready ";

  private final Process process;
  private final String bootstrapServers;

  private SeparateBroker(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  public static SeparateBroker start(Path folder) throws IOException {
    Path built = Path.of("..", "hub-kafka", "target").toAbsolutePath().normalize();
    Path log = folder.resolve("broker.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    built.resolve("classes")
                        + File.pathSeparator
                        + Files.readString(built.resolve("runtime.classpath")).strip(),
                    "dev.renkei.hub.kafka.BrokerProcess",
                    folder.resolve("kafka").toString()))
            .redirectError(log.toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return new SeparateBroker(process, line.substring(READY.length()));
      }
    }
    throw new IOException("the broker has ended: " + Files.readString(log));
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
