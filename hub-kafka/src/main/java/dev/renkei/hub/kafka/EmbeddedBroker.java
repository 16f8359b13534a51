package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.lock.ProcessLock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker inside this process, for one machine: KRaft, loopback only, one replica. Its data
 * stays in the directory between runs; a second process that opens the same directory is refused.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /** The file in the directory that says who uses it. */
  private static final String LOCK = "renkei.lock";

  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final ProcessLock lock;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, ProcessLock lock, int port) {
    this.server = server;
    this.lock = lock;
    this.port = port;
  }

  /**
   * Starts a broker on the directory's last port, or on a free one where that is taken.
   *
   * @throws HubException where another process uses the directory, or the broker cannot start
   */
  public static EmbeddedBroker start(Path directory) throws HubException {
    return startUnlessHeld(directory)
        .orElseThrow(
            () ->
                new HubException(
                    "%s: another process runs the embedded broker here. Stop it, or give this one a data_dir of its own."
                        .formatted(directory)));
  }

  /**
   * The same, but empty where another process uses the directory.
   *
   * @throws HubException where the broker cannot start
   */
  static Optional<EmbeddedBroker> startUnlessHeld(Path directory) throws HubException {
    try {
      Files.createDirectories(directory);
      Optional<ProcessLock> lock = ProcessLock.tryTake(directory.resolve(LOCK));
      if (lock.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(start(directory, lock.get()));
      } catch (Exception e) {
        lock.get().close();
        throw e;
      }
    } catch (Exception e) {
      throw new HubException(
          "%s: the embedded broker cannot start: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static EmbeddedBroker start(Path directory, ProcessLock lock) throws Exception {
    Path logs = directory.resolve("logs");
    format(logs);
    if (LastRegistration.isLeft(logs)) {
      LastRegistration.takeBack(logs, NODE_ID, freePort());
    }
    int port = port(directory);
    int controllerPort = freePort();
    KafkaRaftServer server =
        new KafkaRaftServer(
            KafkaConfig.fromProps(settings(logs, port, controllerPort)), Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, lock, port);
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    lock.close();
  }

  private static int port(Path directory) throws IOException {
    Optional<Integer> last = RunningBroker.port(directory);
    if (last.isPresent() && isFree(last.get())) {
      return last.get();
    }
    int port = freePort();
    Files.writeString(RunningBroker.portFile(directory), Integer.toString(port));
    return port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void format(Path logs) throws Exception {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(logs);
    Formatter formatter = new Formatter();
    formatter
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(NODE_ID)
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .addDirectory(logs.toString())
        .setMetadataLogDirectory(logs.toString())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
    formatter.run();
  }

  private static Properties settings(Path logs, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("log.dirs", logs.toString());
    // Broker and controller are one process: a broker that was suspended for a while is not gone,
    // and must not be fenced (see LastRegistration for what that would do to transactions).
    settings.put("broker.session.timeout.ms", Long.toString(TimeUnit.HOURS.toMillis(1)));
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    // A machine may be switched off for weeks; its readers go on where they were.
    settings.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // Transactions of killed producers end soon, or every committed reader waits for them.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("auto.create.topics.enable", "false");
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "1");
    return settings;
  }
}
