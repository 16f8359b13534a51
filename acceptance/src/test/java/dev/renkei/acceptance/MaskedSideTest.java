package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.mac.HmacKey;
import com.google.crypto.tink.mac.MacConfig;
import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SEMANTICS 26: values are planted in every kind of personal column, in keys and in what cannot be
 * read; then every byte of the masked side is searched for them, in many forms.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MaskedSideTest {
  private static final String LOGIN = "Planted-Login-7f3a";
  private static final String EMAIL = "planted.taro.7f3a@example.jp";
  private static final String PHONE = "090-7331-5522";
  private static final String CARD = "4929731155220011";
  private static final String MEMO = "秘密のメモ7f3a";
  private static final String UNDECIDED = "planted undecided 7f3a";
  private static final String BORN = "1984-11-22";
  private static final String LATER = "planted later 7f3a";
  private static final String UNREADABLE = "planted unreadable 7f3a";

  /** As names: the clear side's log tells which table and schema a message says it is of. */
  private static final String NAMED = "planted named 7f3a";

  private static final String ADDED = "planted added 7f3a";
  private static final String PHOTO = "planted photo 7f3a";

  @TempDir private Path folder = Path.of("");

  @Test
  void holdsNoClearValueAndStillJoins() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = installation(shop)) {
      String keys = folder.resolve("keyset.json").toString();
      assertThat(renkei.runAsIs(List.of("keys", "create", keys))).returns(0, Ended::code);
      renkei.set("RENKEI_LOG_LEVEL", "DEBUG");
      renkei.up();
      awaitCustomers(renkei, "masked", 2);

      sql(
          shop,
          "UPDATE dbo.Customers SET Memo = N'%s' WHERE Login = N'%s'".formatted(LATER, LOGIN));
      sql(
          shop,
          "ALTER TABLE dbo.Customers ADD Added nvarchar(50) NULL\nGO\nUPDATE dbo.Customers SET Added = N'%s'"
              .formatted(ADDED));
      sql(shop, "DELETE FROM dbo.Customers WHERE Login = N'second'");
      awaitCustomers(renkei, "masked", 1);
      awaitCustomers(renkei, "local", 1);
      plantUnreadable(renkei);
      proveRows(renkei);
      sql(shop, "INSERT INTO dbo.Customers (Login) VALUES (N'third')");
      assertThat(renkei.run("reload", "dbo.Customers")).returns(0, Ended::code);
      awaitCustomers(renkei, "masked", 2);

      Map<String, byte[]> topics = topics(renkei);
      String status =
          new ObjectMapper()
              .findAndRegisterModules()
              .writeValueAsString(renkei.client().status().flows().toString());
      byte[] shown = dump(renkei);
      renkei.stop();
      Planted planted =
          new Planted()
              .text(LOGIN)
              .text(EMAIL)
              .text(PHONE)
              .text(CARD)
              .text(MEMO)
              .text(UNDECIDED)
              .text(BORN)
              .text(LATER)
              .text(UNREADABLE)
              .text(ADDED)
              .bytes(PHOTO, PHOTO.getBytes(StandardCharsets.UTF_8));
      topics.put("the status", status.getBytes(StandardCharsets.UTF_8));
      topics.put("the masked warehouse, as read", shown);
      assertThat(topics.keySet())
          .contains("renkei.masked", "renkei.masked-schemas", "renkei.masked-dead-letters");
      assertThat(planted.in(Objects.requireNonNull(topics.get("renkei.hub"))))
          .as("the search finds what is there")
          .hasSizeGreaterThan(10);
      assertThat(found(planted, topics)).isEmpty();
      assertThat(found(new Planted().text(NAMED), topics)).isEmpty();
      assertThat(foundInFiles(planted)).isEmpty();
    }
  }

  /** What of the masked topics, of the status and of what a query shows holds a planted value. */
  private static Map<String, List<String>> found(Planted planted, Map<String, byte[]> all) {
    Map<String, List<String>> found = new TreeMap<>();
    all.forEach(
        (name, bytes) -> {
          boolean clear =
              List.of("renkei.hub", "renkei.raw", "renkei.dead-letters", "renkei.schemas")
                      .contains(name)
                  || name.startsWith("renkei.dedupe-");
          List<String> values = clear ? List.of() : planted.in(bytes);
          if (!values.isEmpty()) {
            found.put(name, values);
          }
        });
    return found;
  }

  /** The same of the files: the masked warehouse, the flows' state, the broker's, all logs. */
  private Map<String, List<String>> foundInFiles(Planted planted) throws Exception {
    Map<String, List<String>> found = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    int searched = 0;
    for (Path file : files) {
      String name = folder.relativize(file).toString();
      boolean masked =
          name.startsWith("logs/up.")
              || name.startsWith("data/masked.duckdb")
              || name.startsWith("data/flows/renkei.mask")
              || name.startsWith("data/loader/masked")
              || name.startsWith("data/kafka/renkei.mask")
              || name.matches("data/kafka/.*/renkei\\.mask.*")
              || name.contains("__consumer_offsets");
      if (masked) {
        searched++;
        List<String> values = planted.in(Files.readAllBytes(file));
        if (!values.isEmpty()) {
          found.put(name, values);
        }
      }
    }
    assertThat(searched).isGreaterThan(10);
    assertThat(files.stream().map(f -> folder.relativize(f).toString()))
        .anyMatch(name -> name.startsWith("data/masked.duckdb"))
        .anyMatch(name -> name.contains("renkei.masked-"));
    return found;
  }

  private Installation installation(StandIn shop) throws Exception {
    Installation renkei =
        Installation.of(
            folder,
            shop,
            "Shop",
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
            """);
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
            .replace(
                "warehouses: {local:",
                """
                privacy:
                  keyset: "${file:keyset.json}"
                  columns:
                    "**.Email*": {method: hash}
                    "**.Login": {method: hash}
                    dbo.Customers.Phone: {method: partial, keep_last: 4}
                    dbo.Customers.Born: {method: truncate, to: year}
                    dbo.Customers.Card: {method: tokenize}
                    dbo.Customers.Memo: {method: "null"}
                    dbo.Customers.Photo: {method: drop}
                    dbo.Customers.Prefecture: {method: pass}
                    dbo.Orders.*: {method: pass}
                warehouses: {masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}, local:"""));
    return renkei;
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
        CREATE TABLE dbo.Customers (Login nvarchar(50) NOT NULL PRIMARY KEY, Email nvarchar(100), Phone varchar(20),
          Born date, Card varchar(20), Memo nvarchar(100), Photo varbinary(100), Prefecture nvarchar(10), Nobody nvarchar(50))
        CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, Login nvarchar(50), Total decimal(10,2))
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (N'%s', N'%s', '%s', '%s', '%s', N'%s', 0x%s, N'東京都', N'%s')
        INSERT INTO dbo.Customers (Login, Email) VALUES (N'second', N'second@example.jp')
        INSERT INTO dbo.Orders VALUES (1, N'%s', 10.50), (2, N'%s', 20), (3, N'second', 5)
        """
            .formatted(
                LOGIN,
                EMAIL,
                PHONE,
                BORN,
                CARD,
                MEMO,
                HexFormat.of().formatHex(PHOTO.getBytes(StandardCharsets.UTF_8)),
                UNDECIDED,
                LOGIN.toUpperCase(Locale.ROOT),
                LOGIN));
    return shop;
  }

  private static void sql(StandIn shop, String statement) throws Exception {
    shop.execute("USE Shop\nGO\n" + statement);
  }

  private static List<List<Object>> rows(Installation renkei, String warehouse, String sql)
      throws Exception {
    return renkei.client().query(sql, warehouse, 1000).rows();
  }

  private static void awaitCustomers(Installation renkei, String warehouse, int count)
      throws Exception {
    renkei.until(
        () -> {
          Object views =
              rows(
                      renkei,
                      warehouse,
                      "SELECT count(*) FROM duckdb_views() WHERE view_name IN ('Customers', 'Orders')")
                  .get(0)
                  .get(0);
          if (!"2".equals(String.valueOf(views))) {
            return Optional.of("views: " + views);
          }
          List<Object> there =
              rows(
                      renkei,
                      warehouse,
                      "SELECT (SELECT count(*) FROM dbo.Customers), (SELECT count(*) FROM dbo.Orders)")
                  .get(0);
          return there.toString().equals("[%d, 3]".formatted(count))
              ? Optional.empty()
              : Optional.of(warehouse + " has " + there);
        });
  }

  /** What nobody can read, in the middle of the hub: once without any sense, once nearly a row. */
  private static void plantUnreadable(Installation renkei) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", renkei.status().hub().address());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] text = UNREADABLE.getBytes(StandardCharsets.UTF_8);
      ProducerRecord<byte[], byte[]> senseless = new ProducerRecord<>("renkei.hub", text, text);
      senseless.headers().add("table_name", (NAMED + ".x").getBytes(StandardCharsets.UTF_8));
      senseless.headers().add(UNREADABLE, text);
      producer.send(senseless).get();
      ProducerRecord<byte[], byte[]> nearly = new ProducerRecord<>("renkei.hub", text, text);
      Map<String, String> attributes = new HashMap<>();
      attributes.put("message_unique_id", "proof/dbo.Customers/1/9/[\"%s\"]".formatted(UNREADABLE));
      attributes.put("table_name", "dbo.Customers");
      attributes.put("changetrack_type", "U");
      attributes.put("changetrack_ver", "9");
      attributes.put("epoch", "1");
      attributes.put("snapshot", "0");
      attributes.put("schema_id", NAMED);
      attributes.put("source", "proof");
      attributes.put("content_hash", "0000000000000000");
      attributes.forEach(
          (name, value) -> nearly.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(nearly).get();
    }
    renkei.until(
        () -> {
          long letters =
              renkei.status().flows().stream()
                  .filter(flow -> flow.name().equals("mask"))
                  .mapToLong(flow -> flow.counts().deadLetters())
                  .sum();
          return letters >= 2 ? Optional.empty() : Optional.of("dead letters: " + letters);
        });
  }

  /** Each masked value is what the clear one makes; and what joined before joins still. */
  private void proveRows(Installation renkei) throws Exception {
    renkei.until(
        () ->
            rows(renkei, "masked", "SELECT * FROM duckdb_columns() WHERE column_name = 'Added'")
                    .isEmpty()
                ? Optional.of("no column Added")
                : Optional.empty());
    List<Object> masked =
        rows(
                renkei,
                "masked",
                "SELECT Login, Email, Phone, CAST(Born AS VARCHAR), Memo, Prefecture, Nobody, Added, Card FROM dbo.Customers")
            .get(0);
    assertThat(masked.subList(0, 8))
        .containsExactly(
            hmac(LOGIN.toLowerCase(Locale.ROOT)),
            hmac(EMAIL),
            "*********5522",
            "1984-01-01",
            null,
            "東京都",
            null,
            null);
    Ended token =
        renkei.runAsIs(
            List.of(
                "keys",
                "detokenize",
                "-c",
                renkei.file().toString(),
                String.valueOf(masked.get(8))));
    assertThat(token.output()).contains(CARD);
    String joined =
        "SELECT CAST(sum(o.Total) AS VARCHAR) FROM dbo.Orders o JOIN dbo.Customers c ON lower(o.Login) = lower(c.Login)";
    assertThat(rows(renkei, "masked", joined)).isEqualTo(rows(renkei, "local", joined));
    assertThat(rows(renkei, "masked", joined).get(0).get(0)).isEqualTo("30.50");
  }

  private String hmac(String text) throws Exception {
    MacConfig.register();
    JsonNode keyset = new ObjectMapper().readTree(folder.resolve("keyset.json").toFile());
    HmacKey key =
        (HmacKey)
            TinkJsonProtoKeysetFormat.parseKeyset(
                    keyset.get("hash").toString(), InsecureSecretKeyAccess.get())
                .getPrimary()
                .getKey();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(
            key.getKeyBytes().toByteArray(InsecureSecretKeyAccess.get()), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** All of the broker's topics: keys, values and headers of every record, as they were written. */
  private static Map<String, byte[]> topics(Installation renkei) throws Exception {
    Map<String, byte[]> topics = new TreeMap<>();
    Map<String, Object> settings = Map.of("bootstrap.servers", renkei.status().hub().address());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (String topic : consumer.listTopics().keySet()) {
        topics.put(topic, everything(consumer, topic));
      }
    }
    return topics;
  }

  private static byte[] everything(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(
              record -> {
                write(bytes, record.key());
                write(bytes, record.value());
                record
                    .headers()
                    .forEach(
                        header -> {
                          write(bytes, header.key().getBytes(StandardCharsets.UTF_8));
                          write(bytes, header.value());
                        });
              });
    }
    return bytes.toByteArray();
  }

  private static void write(ByteArrayOutputStream to, byte @Nullable [] bytes) {
    if (bytes != null) {
      to.writeBytes(bytes);
    }
    to.write('\n');
  }

  /** Every table of the masked warehouse, every row. */
  private static byte[] dump(Installation renkei) throws Exception {
    StringBuilder all = new StringBuilder();
    List<List<Object>> tables =
        new ArrayList<>(
            rows(
                renkei,
                "masked",
                "SELECT schema_name, table_name FROM duckdb_tables() UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"));
    for (List<Object> table : tables) {
      String sql = "SELECT * FROM \"%s\".\"%s\"".formatted(table.get(0), table.get(1));
      all.append(table).append(rows(renkei, "masked", sql)).append('\n');
    }
    assertThat(tables).hasSizeGreaterThan(4);
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }
}
