package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.models.Filters;
import com.google.cloud.bigtable.data.v2.models.Query;
import com.google.cloud.bigtable.data.v2.models.RowMutation;
import com.google.cloud.bigtable.data.v2.models.TableId;
import com.google.protobuf.ByteString;
import dev.renkei.bigtable.BigtableEmulator;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.standin.StandIn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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

/**
 * Features in Google's emulator of Bigtable, as {@code up} brings them there on Kafka; read as any
 * client reads it, by what docs/bigtable.md says.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FeaturesInBigtableTest {
  private static final String TOPIC = "renkei.features";
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'.0000000Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SQL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  @TempDir private Path folder = Path.of("");

  @Test
  void earlyAndFinalRowsLieUnderTheirKeysAndAReplayOverwritesThem() throws Exception {
    BigtableConfig bigtable = BigtableEmulator.freshTable();
    BigtableConfig.Endpoint endpoint = java.util.Objects.requireNonNull(bigtable.endpoint());
    int port = Integer.parseInt(endpoint.address().replaceFirst(".*:", ""));
    try (StandIn shop = shop();
        Installation renkei = installation(shop, bigtable, endpoint.address());
        BigtableDataClient client =
            BigtableDataClient.create(
                com.google.cloud.bigtable.data.v2.BigtableDataSettings.newBuilderForEmulator(
                        "localhost", port)
                    .setProjectId(bigtable.project())
                    .setInstanceId(bigtable.instance())
                    .build())) {
      renkei.up();
      Instant now = Instant.now();
      String moment = SQL.format(now);
      sql(
          shop,
          "INSERT INTO dbo.Sales VALUES (1, 7, 2, '%1$s'), (2, 7, 3, '%1$s'), (3, 8, 1, '%1$s')"
              .formatted(moment));
      String quick7 = key("quick", 7, now.getEpochSecond() / 2 * 2);
      String quick8 = key("quick", 8, now.getEpochSecond() / 2 * 2);
      String today7 = key("today", 7, now.getEpochSecond() / 86_400 * 86_400);

      TableId table = TableId.of(bigtable.table());
      await(renkei, client, table, today7, 2 * 2, "\"quantity\":5,\"is_final\":false");
      await(renkei, client, table, quick7, 2 * 2 + 1, "\"quantity\":5,\"is_final\":true");
      await(renkei, client, table, quick8, 2 + 1, "\"quantity\":1,\"is_final\":true");
      sql(shop, "UPDATE dbo.Sales SET Quantity = 4 WHERE LineID = 1");
      await(renkei, client, table, today7, 2 * 4, "\"quantity\":7,\"is_final\":false");

      replayOverwrites(renkei, client, table);
    }
  }

  /** What is gone, and copies in disorder, make the same rows again. */
  private static void replayOverwrites(
      Installation renkei, BigtableDataClient client, TableId table) throws Exception {
    Map<String, String> before = rows(client, table);
    assertThat(before).hasSize(4);
    before.keySet().forEach(key -> client.mutateRow(RowMutation.create(table, key).deleteRow()));
    assertThat(rows(client, table)).isEmpty();
    long written = written(renkei);

    int copies = publishAgainBackwards(renkei.status().hub().address());

    assertThat(copies).isGreaterThan(4);
    renkei.until(
        () ->
            written(renkei) >= written + copies
                ? Optional.empty()
                : Optional.of("%d of %d copies written".formatted(written(renkei), copies)));
    assertThat(rows(client, table)).isEqualTo(before);
  }

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Sales (LineID int NOT NULL PRIMARY KEY, ProductID int NOT NULL, Quantity int NOT NULL, SoldAt datetime2 NOT NULL)
        ALTER TABLE dbo.Sales ENABLE CHANGE_TRACKING
        """);
    return shop;
  }

  private static void sql(StandIn shop, String statement) throws Exception {
    shop.execute("USE Shop\nGO\n" + statement);
  }

  private Installation installation(StandIn shop, BigtableConfig bigtable, String endpoint)
      throws Exception {
    Installation renkei =
        Installation.of(
            folder, shop, "Shop", "  defaults: {interval: 100ms}\n  include: [\"dbo.*\"]");
    Files.writeString(
        renkei.file(),
        """
        bigtable: {project: %s, instance: %s, table: %s, endpoint: {address: "%s", plaintext: true}}
        features:
          quick:
            from: dbo.Sales
            key: row.ProductID
            time: row.SoldAt
            timezone: UTC
            window: {fixed: 2s, lateness: 10s}
            values: {quantity: sum(row.Quantity)}
            to: bigtable
          today:
            from: dbo.Sales
            key: row.ProductID
            time: row.SoldAt
            timezone: UTC
            window: {fixed: 1d, lateness: 1h}
            values: {quantity: sum(row.Quantity)}
            to: [bigtable]
        """
            .formatted(bigtable.project(), bigtable.instance(), bigtable.table(), endpoint),
        StandardOpenOption.APPEND);
    return renkei;
  }

  /** The row key of docs/bigtable.md, made by hand. */
  private static String key(String feature, int product, long start) throws Exception {
    String rest =
        "#features.%s#[\"%d\",\"%s\"]"
            .formatted(feature, product, START.format(Instant.ofEpochSecond(start)));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(rest.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits(hash[0]) + rest;
  }

  private static void await(
      Installation renkei,
      BigtableDataClient client,
      TableId table,
      String key,
      long version,
      String json)
      throws Exception {
    String cell = "row:001@%d=".formatted(version * 4096 * 1000);
    renkei.until(
        () -> {
          // The table is made by the first row that is written.
          Map<String, String> there = written(renkei) == 0 ? Map.of() : rows(client, table);
          String row = there.getOrDefault(key, "");
          return row.contains(cell) && row.contains(json)
              ? Optional.empty()
              : Optional.of("no %s with %s and %s in %s".formatted(key, cell, json, there));
        });
  }

  /** The newest cells of all rows, in both families, with their timestamps. */
  private static Map<String, String> rows(BigtableDataClient client, TableId table) {
    Map<String, String> rows = new TreeMap<>();
    client
        .readRows(Query.create(table).filter(Filters.FILTERS.limit().cellsPerColumn(1)))
        .forEach(
            row ->
                rows.put(
                    row.getKey().toStringUtf8(),
                    String.join(
                        " ",
                        row.getCells().stream()
                            .map(
                                cell ->
                                    "%s:%s@%d=%s"
                                        .formatted(
                                            cell.getFamily(),
                                            text(cell.getQualifier()),
                                            cell.getTimestamp(),
                                            text(cell.getValue())))
                            .toList())));
    return rows;
  }

  private static String text(ByteString bytes) {
    return bytes.toStringUtf8();
  }

  private static long written(Installation renkei) throws Exception {
    return renkei.status().flows().stream()
        .filter(flow -> flow.name().equals("features"))
        .mapToLong(flow -> flow.others().getOrDefault("to_bigtable", 0L))
        .sum();
  }

  /** Every message of the topic of features once more, the newest first. */
  private static int publishAgainBackwards(String broker) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(p -> new TopicPartition(TOPIC, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    Collections.reverse(records);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        producer
            .send(
                new ProducerRecord<>(
                    TOPIC, record.partition(), record.key(), record.value(), record.headers()))
            .get();
      }
    }
    return records.size();
  }
}
