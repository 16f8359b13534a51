package dev.renkei.hub.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.Time;

/**
 * What a broker that was killed has left in its cluster's metadata: it is still registered, and
 * leads its partitions, until its session has timed out.
 *
 * <p>Its successor would wait for that, and it would wait as a transaction coordinator already. Of
 * what it ends in that time it forgets the markers, because a partition whose leader has just been
 * fenced looks like one that was deleted (<a
 * href="https://github.com/apache/kafka/pull/22680">KAFKA-20734</a>): such a transaction stays open
 * for ever in its partitions, readers of committed messages stop before it, and one that was
 * committed is lost in part. So the registration is taken back first, by a controller alone.
 */
final class LastRegistration {
  private static final long PATIENCE_SECONDS = 30;
  private static final long LOOK_AGAIN_MILLIS = 100;

  private LastRegistration() {}

  /** Whether the last broker of these logs ended without saying so. */
  static boolean isLeft(Path logs) {
    return Files.isDirectory(logs.resolve("__cluster_metadata-0"))
        && !Files.exists(logs.resolve(".kafka_cleanshutdown"));
  }

  /**
   * Takes it back. Takes a second or two.
   *
   * @param controllerPort a free one
   */
  static void takeBack(Path logs, int nodeId, int controllerPort) throws Exception {
    KafkaRaftServer controller =
        new KafkaRaftServer(
            KafkaConfig.fromProps(controllerOnly(logs, nodeId, controllerPort)), Time.SYSTEM);
    try {
      controller.startup();
      unregister(nodeId, controllerPort);
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static void unregister(int nodeId, int controllerPort) throws Exception {
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Map<String, Object> client =
        Map.of(
            AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG,
            "127.0.0.1:" + controllerPort,
            AdminClientConfig.RETRY_BACKOFF_MS_CONFIG,
            "50");
    while (true) {
      try (Admin admin = Admin.create(client)) {
        admin.unregisterBroker(nodeId).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof BrokerIdNotRegisteredException) {
          return; // it was killed before it had one
        }
        // A controller that has not read its log yet does not know its own version.
        if (!(e.getCause() instanceof UnsupportedVersionException) || System.nanoTime() > patient) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private static Properties controllerOnly(Path logs, int nodeId, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "controller");
    settings.put("node.id", Integer.toString(nodeId));
    settings.put("controller.quorum.voters", nodeId + "@127.0.0.1:" + controllerPort);
    settings.put("listeners", "CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", logs.toString());
    return settings;
  }
}
