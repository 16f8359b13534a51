package dev.renkei.hub.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/** How every flow runs on Kafka Streams: exactly once, and back at once after a kill. */
final class FlowSettings {
  /** From here on a flow waits for its messages to gather. */
  private static final Duration PATIENT = Duration.ofMillis(400);

  private FlowSettings() {}

  /**
   * Settings of one process of a flow.
   *
   * @param application the flow's name among all on the cluster
   * @param stateDirectory kept between runs
   * @param instance stable name of this process among those that share the flow
   * @param freshness how long a message may take through the flow
   */
  static Properties of(
      KafkaSettings kafka,
      String application,
      Path stateDirectory,
      String instance,
      int threads,
      Duration freshness) {
    String half = Long.toString(freshness.toMillis() / 2);
    Properties settings = new Properties();
    settings.putAll(kafka.common());
    settings.remove("client.id"); // Streams' own says which process it is: see LeftTransactions
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, half);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(threads));
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, "-1");
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    settings.put(StreamsConfig.POLL_MS_CONFIG, "50");
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "-1"); // one topic: nothing to wait for
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
    // Where several processes share the flow, each holds a copy of what another one works on, so
    // that it takes over without restoring; where there is one, nothing.
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "1");
    settings.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, "60000");
    // Static membership: a killed process is back in a second or four instead of after a rebalance.
    settings.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), instance);
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), "6000");
    settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), "1000");
    settings.put(StreamsConfig.consumerPrefix("max.poll.records"), "2000");
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    settings.put(StreamsConfig.consumerPrefix("fetch.max.wait.ms"), "50");
    if (freshness.compareTo(PATIENT) >= 0) {
      // The hub grows ten times a second: who need not follow at once is not woken each time.
      settings.put(StreamsConfig.mainConsumerPrefix("fetch.max.wait.ms"), half);
      settings.put(
          StreamsConfig.mainConsumerPrefix("fetch.min.bytes"), Integer.toString(256 << 10));
    }
    settings.put(StreamsConfig.producerPrefix("linger.ms"), "2");
    settings.put(StreamsConfig.producerPrefix("batch.size"), Integer.toString(128 << 10));
    settings.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
    settings.put(
        StreamsConfig.producerPrefix("max.request.size"),
        Integer.toString(KafkaSettings.MAX_MESSAGE_BYTES));
    settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), "10000");
    return settings;
  }
}
