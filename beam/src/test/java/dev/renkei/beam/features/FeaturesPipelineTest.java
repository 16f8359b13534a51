package dev.renkei.beam.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.beam.flow.KafkaFlowHub;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.beam.flow.SeparateBroker;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.steps.contract.FlowSite;
import dev.renkei.steps.contract.feature.Lines;
import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.RandomLines;
import dev.renkei.steps.contract.feature.Reference;
import dev.renkei.steps.contract.feature.ResultTable;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Features on Beam: what comes out is what Kafka Streams gives, and a count from nothing. */
@Tag("long")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class FeaturesPipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder = Path.of("");

  private final MemoryHub memory = MemoryHub.of(Lines.SCHEMA);

  private static List<FeatureConfig> features() {
    Duration lateness = Duration.ofSeconds(8);
    return List.of(
        Lines.feature("fixed", new Window.Fixed(Duration.ofSeconds(2)), lateness),
        Lines.feature(
            "sliding", new Window.Sliding(Duration.ofSeconds(2), Duration.ofSeconds(1)), lateness),
        Lines.feature("session", new Window.Session(Duration.ofSeconds(1)), lateness));
  }

  @Test
  void givesWhatACountFromNothingGives() throws Exception {
    Random random = new Random(11);
    Instant start = Instant.ofEpochMilli(Instant.now().toEpochMilli()).minusSeconds(60);
    List<Event> events = RandomLines.disordered(RandomLines.events(random, start, 120), random);
    try (SeparateBroker broker = SeparateBroker.start(folder);
        FlowSite site = new FlowSite(broker.bootstrapServers(), List.of("features"))) {
      write(site, events);
      PipelineResult running = start(site);
      try {
        awaitEqual(site, events);
      } finally {
        running.cancel();
      }
    }
  }

  private PipelineResult start(FlowSite site) {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=DirectRunner", "--blockOnRun=false", "--targetParallelism=2")
                .create());
    KafkaAddress address = new KafkaAddress(List.of(site.bootstrapServers()), Map.of());
    MemoryHub schemas = memory;
    SchemaAccess access = schemas::openSchemas;
    FeaturesPipeline.build(
        pipeline,
        new FeaturesPlan(
            new KafkaFlowHub(
                address, site.raw(), "unused", site.deadLetters(), site.prefix() + "features"),
            Lines.SOURCE,
            access,
            new ArrayList<>(features()),
            new FeatureSinks.Kafka(
                address,
                site.hub(),
                site.topic("features"),
                FlowSite.PARTITIONS,
                FlowSite.RETENTION),
            null));
    return pipeline.run();
  }

  private void write(FlowSite site, List<Event> events) {
    TableMessages messages = messages();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", site.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Event event : events) {
        FlowMessage message = messages.write(event.change(), Lines.SCHEMA);
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(site.raw(), message.routingKey(), message.payload());
        message
            .attributes()
            .forEach(
                (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        var unused = producer.send(record);
      }
      producer.flush();
    }
  }

  private TableMessages messages() {
    MemoryHub schemas = memory;
    return new TableMessages(Lines.SOURCE, schemas::openSchemas);
  }

  private void awaitEqual(FlowSite site, List<Event> events) throws Exception {
    TableMessages messages = messages();
    Map<String, ResultTable> tables = new TreeMap<>();
    long until = System.nanoTime() + PATIENCE.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", site.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int partition = 0; partition < FlowSite.PARTITIONS; partition++) {
        partitions.add(new TopicPartition(site.hub(), partition));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (System.nanoTime() < until && !isEqual(tables, events)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(300))) {
          Map<String, String> attributes = new HashMap<>();
          record
              .headers()
              .forEach(h -> attributes.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
          FlowMessage message = new FlowMessage(attributes, record.key(), record.value());
          tables
              .computeIfAbsent(attributes.getOrDefault("table_name", ""), t -> new ResultTable())
              .apply(messages.read(TableMessages.attributes(message), message));
        }
      }
    }
    for (FeatureConfig feature : features()) {
      ResultTable table =
          Objects.requireNonNull(tables.get(feature.table().toString()), feature.name());
      assertThat(table.rows(true)).as(feature.name()).isEqualTo(Reference.of(feature, events));
    }
  }

  private static boolean isEqual(Map<String, ResultTable> tables, List<Event> events) {
    return features().stream()
        .allMatch(
            feature -> {
              ResultTable table = tables.get(feature.table().toString());
              return table != null && table.rows(true).equals(Reference.of(feature, events));
            });
  }
}
