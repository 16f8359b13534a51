package dev.renkei.steps.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Topics of their own on a broker, for one flow: what goes in, and what has come out. */
public final class FlowSite implements AutoCloseable {
  public static final int PARTITIONS = 2;
  public static final Duration RETENTION = Duration.ofDays(7);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String bootstrapServers;
  private final String prefix;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Arrivals> readers = new TreeMap<>();
  private int written;

  /**
   * What stands in a topic.
   *
   * @param attributes without those of dead letters only where there are none
   */
  public record Arrived(
      int partition,
      long offset,
      Instant at,
      byte @Nullable [] key,
      byte[] payload,
      Map<String, String> attributes) {
    /** The text of an attribute, empty where there is none. */
    String text(String name) {
      return attributes.getOrDefault(name, "");
    }
  }

  /**
   * Makes the topics.
   *
   * @param outputs the names of a step's outputs beside the main one
   */
  public FlowSite(String bootstrapServers, List<String> outputs) throws Exception {
    this.bootstrapServers = bootstrapServers;
    this.prefix = "flow-" + UUID.randomUUID().toString().substring(0, 8) + ".";
    Map<String, String> settings =
        Map.of("retention.ms", Long.toString(RETENTION.toMillis()), "cleanup.policy", "delete");
    List<NewTopic> topics = new ArrayList<>();
    topics.add(topic(raw(), PARTITIONS, settings));
    topics.add(topic(hub(), PARTITIONS, settings));
    topics.add(topic(deadLetters(), 1, settings));
    for (String output : outputs) {
      topics.add(topic(topic(output), PARTITIONS, settings));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(topics).all().get();
    }
    this.producer = new KafkaProducer<>(producerSettings());
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("key.serializer", ByteArraySerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    settings.put("acks", "all");
    return settings;
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Before every name of these topics; no other site has it. */
  public String prefix() {
    return prefix;
  }

  public String raw() {
    return topic("raw");
  }

  public String hub() {
    return topic("hub");
  }

  public String deadLetters() {
    return topic("dead-letters");
  }

  /** A topic by its name behind the prefix. */
  public String topic(String name) {
    return prefix + name;
  }

  /** Writes to raw; durable when it returns. */
  void write(List<Written> messages) throws Exception {
    for (Written message : messages) {
      send(producer, message);
    }
    producer.flush();
    written += messages.size();
  }

  /** Everything that was written to raw. */
  List<Arrived> awaitRaw() {
    return await(raw(), "whole of what was written", raw -> raw.size() >= written);
  }

  /** Writes to raw in a transaction that is given up. */
  void writeInVain(List<Written> messages) throws Exception {
    Map<String, Object> settings = producerSettings();
    settings.put("transactional.id", prefix + "in-vain");
    try (KafkaProducer<byte[], byte[]> vain = new KafkaProducer<>(settings)) {
      vain.initTransactions();
      vain.beginTransaction();
      for (Written message : messages) {
        send(vain, message);
      }
      vain.flush();
      vain.abortTransaction();
    }
  }

  private void send(KafkaProducer<byte[], byte[]> by, Written message) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(raw(), message.partition(), message.key(), message.payload());
    message
        .attributes()
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    var unused = by.send(record);
  }

  /** Reads a topic on until what it holds from its beginning meets the condition. */
  List<Arrived> await(String topic, String what, Predicate<List<Arrived>> condition) {
    Arrivals arrivals = readers.computeIfAbsent(topic, name -> new Arrivals(name));
    long patient = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(arrivals.all)) {
      arrivals.poll();
      if (System.nanoTime() > patient) {
        throw new AssertionError(
            "%s: no %s within %s; there are %d messages"
                .formatted(topic, what, PATIENCE, arrivals.all.size()));
      }
    }
    return List.copyOf(arrivals.all);
  }

  private final class Arrivals implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Arrived> all = new ArrayList<>();

    Arrivals(String topic) {
      Map<String, Object> settings = new HashMap<>();
      settings.put("bootstrap.servers", bootstrapServers);
      settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
      settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
      settings.put("isolation.level", "read_committed");
      settings.put("enable.auto.commit", "false");
      this.consumer = new KafkaConsumer<>(settings);
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(at -> new TopicPartition(topic, at.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }

    void poll() {
      consumer.poll(Duration.ofMillis(100)).forEach(record -> all.add(arrived(record)));
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private static Arrived arrived(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> attributes = new TreeMap<>();
    for (Header header : record.headers()) {
      attributes.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return new Arrived(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        attributes);
  }

  @Override
  public void close() {
    producer.close();
    readers.values().forEach(Arrivals::close);
  }
}
