package dev.renkei.hub.kafka;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Finds the embedded broker that another process runs in a directory. */
final class RunningBroker {
  private static final int CONNECT_MILLIS = 500;
  private static final int ANSWER_MILLIS = 3_000;

  private RunningBroker() {}

  /**
   * One look.
   *
   * @return {@code host:port} of the broker; empty where none answers there, or one with other data
   */
  static Optional<String> find(Path directory) throws InterruptedException {
    Optional<Integer> port = port(directory);
    Optional<String> cluster = clusterId(directory);
    if (port.isEmpty() || cluster.isEmpty() || !listens(port.get())) {
      return Optional.empty();
    }
    String address = "127.0.0.1:" + port.get();
    return clusterIdAt(address).filter(cluster.get()::equals).map(same -> address);
  }

  /** Whether something listens where the broker did last: it may be slow to answer. */
  static boolean isListening(Path directory) {
    return port(directory).map(RunningBroker::listens).orElse(false);
  }

  /** The port that a broker has written down; it may have ended since. */
  static Optional<Integer> port(Path directory) {
    try {
      return Optional.of(Integer.parseInt(Files.readString(portFile(directory)).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Path portFile(Path directory) {
    return directory.resolve("port");
  }

  private static Optional<String> clusterId(Path directory) {
    Path file = directory.resolve("logs").resolve("meta.properties");
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      return Optional.ofNullable(properties.getProperty("cluster.id"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> clusterIdAt(String address) throws InterruptedException {
    Map<String, Object> settings = new KafkaSettings(address, Map.of()).common();
    settings.put("request.timeout.ms", ANSWER_MILLIS);
    settings.put("default.api.timeout.ms", ANSWER_MILLIS);
    Admin admin = Admin.create(settings);
    try {
      return Optional.ofNullable(
          admin.describeCluster().clusterId().get(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return Optional.empty();
    } finally {
      admin.close(java.time.Duration.ZERO);
    }
  }
}
