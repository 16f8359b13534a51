package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clear and a masked warehouse, each on a stand-in for BigQuery of its own, loaded through {@code
 * up}: policy tags are on the clear one, planted values nowhere on the other.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MaskedBigQueryTest {
  private static final String LOGIN = "Planted-Login-7f3a";
  private static final String EMAIL = "planted.taro.7f3a@example.jp";
  private static final String PHONE = "090-7331-5522";
  private static final String CARD = "4929731155220011";
  private static final String MEMO = "秘密のメモ7f3a";
  private static final String LATER = "planted later 7f3a";
  private static final String TAG = "projects/shop-data/locations/us/taxonomies/1/policyTags/2";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A warehouse, alone on a stand-in. */
  private record Dataset(String name, BigQueryStandIn standIn) implements AutoCloseable {
    /** As the configuration says it. */
    String place() {
      return "project: shop-data, dataset: %s, max_staleness: 0s, load_jobs_above: 1B, endpoint: {rest: \"%s\", storage: \"%s\", plaintext: true}"
          .formatted(name, standIn.restUrl(), standIn.storageAddress());
    }

    List<? extends Map<String, ?>> customers() {
      return standIn.query(
          "SELECT Login, Email, Phone, CAST(Born AS STRING) AS Born, Card, Memo, Prefecture FROM `shop-data.%s.dbo_Customers`"
              .formatted(name));
    }

    /** The columns of a table that have the tag; no column has another. */
    Set<String> tagged(String table) throws Exception {
      JsonNode fields = get("/" + table).at("/schema/fields");
      assertThat(fields.size()).isGreaterThan(7);
      Set<String> tagged = new TreeSet<>();
      for (JsonNode field : fields) {
        JsonNode names = field.at("/policyTags/names");
        if (!names.isMissingNode()) {
          assertThat(names).extracting(JsonNode::asText).containsExactly(TAG);
          tagged.add(field.path("name").asText());
        }
      }
      return tagged;
    }

    /** Every row of every table and view, and what is said of these. */
    List<String> everything() throws Exception {
      List<String> all = new ArrayList<>();
      for (JsonNode table : get("").path("tables")) {
        String id = table.at("/tableReference/tableId").asText();
        all.add(id + standIn.rows("shop-data.%s.%s".formatted(name, id)) + get("/" + id));
      }
      assertThat(all).hasSizeGreaterThan(5);
      return all;
    }

    private JsonNode get(String table) throws IOException, InterruptedException {
      URI uri =
          URI.create(
              "%s/bigquery/v2/projects/shop-data/datasets/%s/tables%s?maxResults=1000"
                  .formatted(standIn.restUrl(), name, table));
      return JSON.readTree(
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
              .body());
    }

    @Override
    public void close() {
      standIn.close();
    }
  }

  @TempDir private Path folder = Path.of("");

  @Test
  void theClearOneIsTaggedAndTheMaskedOneHoldsNothingThatIsPlanted() throws Exception {
    Path cloud = folder.resolve("cloud");
    try (StandIn shop = shop();
        Dataset clear = new Dataset("clear", BigQueryStandIn.start());
        Dataset masked = new Dataset("masked", BigQueryStandIn.builder().folder(cloud).start());
        Installation renkei = installation(shop, clear, masked)) {
      String keys = folder.resolve("keyset.json").toString();
      assertThat(renkei.runAsIs(List.of("keys", "create", keys))).returns(0, Ended::code);
      renkei.up();
      awaitRows(renkei, masked, "東京都", 2);

      sql(
          shop,
          "UPDATE dbo.Customers SET Memo = N'%s', Prefecture = N'大阪府' WHERE Login = N'%s'"
              .formatted(LATER, LOGIN));
      sql(shop, "DELETE FROM dbo.Customers WHERE Login = N'second'");
      awaitRows(renkei, masked, "大阪府", 1);
      awaitRows(renkei, clear, LATER, 1);
      proveRows(masked, renkei);
      assertThat(clear.tagged("dbo_Customers_upserts"))
          .containsExactly("Card", "Email", "Phone", "_exact");
      assertThat(clear.tagged("dbo_Customers_log"))
          .containsExactly("Card", "Email", "Phone", "_exact");
      // What is masked is for those who have no right to the tags.
      assertThat(masked.tagged("dbo_Customers_upserts")).isEmpty();
      assertThat(renkei.run("reload", "dbo.Customers")).returns(0, Ended::code);

      assertThat(planted().in(bytes(clear.everything().toString())))
          .as("the search finds what is there")
          .hasSizeGreaterThanOrEqualTo(6);
      assertThat(planted().in(bytes(masked.everything().toString()))).isEmpty();
      assertThat(planted().in(bytes(masked.standIn().log().entries().toString()))).isEmpty();
      renkei.stop();
    }
    assertThat(inFiles(planted())).isEmpty();
  }

  private static Planted planted() {
    return new Planted().text(LOGIN).text(EMAIL).text(PHONE).text(CARD).text(MEMO).text(LATER);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
          Born date, Card varchar(20), Memo nvarchar(100), Prefecture nvarchar(10))
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (N'%s', N'%s', '%s', '1984-11-22', '%s', N'%s', N'東京都')
        INSERT INTO dbo.Customers (Login, Email) VALUES (N'second', N'second@example.jp')
        """
            .formatted(LOGIN, EMAIL, PHONE, CARD, MEMO));
    return shop;
  }

  private static void sql(StandIn shop, String statement) throws Exception {
    shop.execute("USE Shop\nGO\n" + statement);
  }

  private Installation installation(StandIn shop, Dataset clear, Dataset masked) throws Exception {
    Installation renkei =
        Installation.of(
            folder, shop, "Shop", "  defaults: {interval: 100ms}\n  include: [\"dbo.*\"]");
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
            .replace(
                "warehouses: {local: {type: duckdb, path: ./data/warehouse.duckdb}}",
                """
                privacy:
                  keyset: "${file:keyset.json}"
                  columns:
                    "**.Email": {method: hash, policy_tag: %1$s}
                    "**.Login": {method: hash}
                    dbo.Customers.Phone: {method: partial, keep_last: 4, policy_tag: %1$s}
                    dbo.Customers.Born: {method: truncate, to: year}
                    dbo.Customers.Card: {method: tokenize, policy_tag: %1$s}
                    dbo.Customers.Prefecture: {method: pass}
                warehouses:
                  clear: {type: bigquery, %2$s}
                  masked: {type: bigquery, from: masked, %3$s}
                """
                    .formatted(TAG, clear.place(), masked.place())));
    return renkei;
  }

  private static void awaitRows(Installation renkei, Dataset dataset, String part, int count)
      throws Exception {
    renkei.until(
        () -> {
          List<String> rows;
          try {
            rows = dataset.customers().stream().map(String::valueOf).toList();
          } catch (ApiException e) {
            return Optional.of(String.valueOf(e.getMessage())); // not there yet
          }
          return rows.size() == count && rows.toString().contains(part)
              ? Optional.empty()
              : Optional.of(rows.toString());
        });
  }

  private static void proveRows(Dataset masked, Installation renkei) throws Exception {
    Map<String, ?> row = masked.customers().get(0);
    assertThat(String.valueOf(row.get("Login"))).matches("[0-9a-f]{64}");
    assertThat(String.valueOf(row.get("Email"))).matches("[0-9a-f]{64}");
    assertThat(String.valueOf(row.get("Phone"))).isEqualTo("*********5522");
    assertThat(String.valueOf(row.get("Born"))).isEqualTo("1984-01-01");
    assertThat(row.get("Memo")).as("nobody has decided").isNull();
    assertThat(
            renkei
                .runAsIs(
                    List.of(
                        "keys",
                        "detokenize",
                        "-c",
                        renkei.file().toString(),
                        String.valueOf(row.get("Card"))))
                .output())
        .contains(CARD);
  }

  /** What is planted in the stand-in's files, and in what the loader and the flow keep. */
  private Map<String, List<String>> inFiles(Planted planted) throws Exception {
    Map<String, List<String>> found = new TreeMap<>();
    int searched = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.startsWith("cloud/")
            || name.startsWith("logs/up.")
            || name.startsWith("data/loader/masked")) {
          searched++;
          List<String> values = planted.in(Files.readAllBytes(file));
          if (!values.isEmpty()) {
            found.put(name, values);
          }
        }
      }
    }
    assertThat(searched).isGreaterThan(1);
    return found;
  }
}
