package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.RunFiles;
import dev.renkei.standin.StandIn;
import dev.renkei.steps.flow.MadeTable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that a warehouse could not take and that could not be masked: their schema is in no store.
 * When it is, they are sent back and arrive.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DeadLettersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMAIL = "hanako@example.jp";
  private static final String EMPTY = "[[1, null]]";

  /** As the source's, and a column that nobody has heard of. */
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Customers"),
          List.of(
              new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Email", TypeKind.NVARCHAR, 100, 0, 0, null, true, 0, false),
              new Column("Rank", TypeKind.INT, 0, 0, 0, null, true, 0, false)));

  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Customers (Id int NOT NULL PRIMARY KEY, Email nvarchar(100))
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (1, NULL)
        """);
    return shop;
  }

  private Installation installation(StandIn shop) throws Exception {
    Installation renkei = Installation.of(folder, shop, "Shop", "  include: [\"dbo.*\"]\n");
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
            .replace(
                "warehouses: {local:",
                """
                privacy:
                  keyset: "${file:keyset.json}"
                  columns: {dbo.Customers.Email: {method: hash}, "dbo.Customers.*": {method: pass}}
                warehouses: {masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}, local:"""));
    return renkei;
  }

  @Test
  void whatWasRefusedArrivesWhenItsCauseIsMendedAndItIsSentBack() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = installation(shop)) {
      refusesKeysThatCannotBeUsed(renkei);
      renkei.up();
      awaitRows(renkei, "local", EMPTY);
      awaitRows(renkei, "masked", EMPTY);

      plant(renkei, 2);
      plant(renkei, 3);
      awaitLetters(renkei, "hub", 2);
      awaitLetters(renkei, "masked", 2);
      showsThemWhole(renkei);
      refusesWhatIsNotSaid(renkei);
      try (KafkaHub hub = hub(renkei)) {
        hub.schemas()
            .put(
                new SchemaRecord(
                    "proof", SchemaCodec.id(SCHEMA), SCHEMA, new Sequence(1, 900_000, 0)));
      }
      assertThat(post(renkei, "{\"side\":\"masked\",\"all\":true}").toString())
          .isEqualTo("{\"sent\":2,\"refused\":0,\"reasons\":[],\"more\":false}");
      awaitMaskedRows(renkei);
      awaitLetters(renkei, "masked", 0);
      awaitLetters(renkei, "hub", 2);

      assertThat(renkei.run("dead-letters", "retry", "--table", "dbo.Cust*"))
          .returns(0, Ended::code)
          .satisfies(ended -> assertThat(ended.output()).contains("2 sent back"));
      awaitRows(renkei, "local", "[[1, null], [2, %1$s], [3, %1$s]]".formatted(EMAIL));
      assertThat(renkei.run("dead-letters", "list").output().strip()).isEqualTo("none");
      awaitMaskedRows(renkei);
      for (String warehouse : List.of("local", "masked")) {
        assertThat(
                renkei
                    .client()
                    .query("SELECT count(*) FROM dbo.Customers_changes", warehouse, 1)
                    .rows())
            .hasToString("[[3]]");
      }
    }
  }

  /** Before anything starts, whatever it is that would mask. */
  private static void refusesKeysThatCannotBeUsed(Installation renkei) throws Exception {
    Path keyset = renkei.file().resolveSibling("keyset.json");
    Files.writeString(keyset, "{\"hash\": \"no keyset\", \"token\": \"neither\"}");
    for (List<String> command :
        List.of(
            List.of("check"),
            List.of("up"),
            List.of("flow", "mask"),
            List.of("pipeline", "mask", "--runner=direct"))) {
      Ended ended = renkei.run(command.toArray(String[]::new));
      assertThat(ended).as(command.toString()).returns(2, Ended::code);
      assertThat(ended.output() + ended.errors()).contains("privacy.keyset: ");
    }
    assertThat(Files.exists(renkei.configuration().dataDir().resolve("kafka"))).isFalse();
    Files.delete(keyset);
    assertThat(renkei.runAsIs(List.of("keys", "create", keyset.toString())))
        .returns(0, Ended::code);
  }

  private static KafkaHub hub(Installation renkei) throws Exception {
    return KafkaHub.join(
        (HubConfig.Kafka) renkei.configuration().hub(), renkei.configuration().dataDir());
  }

  private static void plant(Installation renkei, int id) throws Exception {
    Change change =
        new MadeTable("proof", SCHEMA)
            .row(
                ChangeType.INSERT,
                new Sequence(1, 1_000_000 + id, 0),
                new @Nullable Object[] {id, EMAIL, 7},
                Instant.now(),
                null);
    EncodedMessage message = new MessageCodec("proof").encode(change, SCHEMA);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("renkei.hub", message.routingKey(), message.payload());
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    Map<String, Object> settings = Map.of("bootstrap.servers", renkei.status().hub().address());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }

  private static void awaitRows(Installation renkei, String warehouse, String expected)
      throws Exception {
    renkei.until(
        () -> {
          String there = rows(renkei, warehouse, "Id, Email");
          return there.equals(expected)
              ? Optional.empty()
              : Optional.of("%s: %s instead of %s".formatted(warehouse, there, expected));
        });
  }

  private static void awaitMaskedRows(Installation renkei) throws Exception {
    String masked = "Id, length(Email) = 64 AND Email <> '%s'".formatted(EMAIL);
    renkei.until(
        () -> {
          String there = rows(renkei, "masked", masked);
          return there.equals("[[1, null], [2, true], [3, true]]")
              ? Optional.empty()
              : Optional.of("masked: " + there);
        });
  }

  private static String rows(Installation renkei, String warehouse, String columns)
      throws Exception {
    String views = "SELECT 1 FROM duckdb_views() WHERE view_name = 'Customers'";
    return renkei.client().query(views, warehouse, 1).rows().isEmpty()
        ? "no view"
        : renkei
            .client()
            .query("SELECT %s FROM dbo.Customers ORDER BY Id".formatted(columns), warehouse, 9)
            .rows()
            .toString();
  }

  private static void showsThemWhole(Installation renkei) throws Exception {
    assertThat(renkei.run("dead-letters", "list").output())
        .contains("dbo.Customers", "is not in the schema store", "renkei.hub")
        .doesNotContain(EMAIL);
    assertThat(renkei.run("dead-letters", "list", "--masked").output())
        .contains("renkei.hub")
        .doesNotContain(EMAIL);
    String id = letters(renkei, "hub").get(0).get("id").asText();
    JsonNode letter = JSON.readTree(renkei.run("dead-letters", "show", id).output());
    assertThat(letter.at("/attributes/table_name").asText()).isEqualTo("dbo.Customers");
    assertThat(JSON.readTree(letter.get("payload").asText()).at("/row/Email").asText())
        .isEqualTo(EMAIL);
  }

  private static void refusesWhatIsNotSaid(Installation renkei) throws Exception {
    assertThat(renkei.run("dead-letters", "retry")).returns(2, Ended::code);
    assertThat(renkei.run("dead-letters", "retry", "--id", "4711"))
        .returns(2, Ended::code)
        .satisfies(
            ended ->
                assertThat(ended.errors())
                    .contains("no dead letter 4711 is open", "dead-letters list"));
  }

  // ---- the control endpoint ----

  private static JsonNode ask(Installation renkei, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static URI address(Installation renkei, String path) throws Exception {
    return URI.create(RunFiles.living(renkei.configuration().dataDir()).get(0).url() + path);
  }

  private static JsonNode letters(Installation renkei, String side) throws Exception {
    return ask(
            renkei,
            HttpRequest.newBuilder(address(renkei, "/api/dead-letters?limit=9&side=" + side)))
        .get("letters");
  }

  private static JsonNode post(Installation renkei, String body) throws Exception {
    return ask(
        renkei,
        HttpRequest.newBuilder(address(renkei, "/api/dead-letters/retry"))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static void awaitLetters(Installation renkei, String side, int count) throws Exception {
    renkei.until(
        () -> {
          JsonNode there = letters(renkei, side);
          return there.size() == count
              ? Optional.empty()
              : Optional.of("%s: %s".formatted(side, there));
        });
  }
}
