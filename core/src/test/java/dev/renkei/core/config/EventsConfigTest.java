package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.core.config.EventsConfig.Collector;
import dev.renkei.core.config.EventsConfig.Join;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.config.EventsConfig.Type;
import dev.renkei.core.schema.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsConfigTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void schema() throws Exception {
    Files.writeString(folder.resolve("view.json"), "{}");
  }

  @Test
  void aTypeAloneHasTheseDefaults() throws Exception {
    EventsConfig events = load("events: {view: {schema: view.json}}");

    assertThat(events)
        .isEqualTo(
            new EventsConfig(
                List.of(
                    new Type(
                        "view",
                        folder.resolve("view.json"),
                        null,
                        new Rate(1000, Duration.ofSeconds(1)),
                        64 << 10)),
                Collector.DEFAULT));
    assertThat(events.types().get(0).table()).hasToString("events.view");
  }

  @Test
  void aJoinIsReadWithWhatItDoesByDefault() throws Exception {
    Type type =
        load("events: {view: {schema: view.json, join: dbo.Customers on customer_id}}")
            .types()
            .get(0);

    assertThat(type.join())
        .isEqualTo(
            new Join(
                new TableName("dbo", "Customers"),
                "customer_id",
                "customer_",
                List.of(),
                Duration.ofSeconds(10),
                Missing.EMIT,
                LateMaster.KEEP));
    assertThat(type.enriched()).hasToString("events.view_enriched");
  }

  @Test
  void everyKeyIsRead() throws Exception {
    EventsConfig events =
        load(
            """
            events:
              view: {schema: view.json, join: dbo.Shop Sites on SiteId, prefix: s_, columns: [Name, Rank], wait: 1m, then: emit, late_master: update, rate_limit: 30/10m, max_size: 1KiB}
            collector: {listen: "0.0.0.0:9", api_keys: ["${KEY}", b], cors: {origins: ["https://shop.example"]}, max_request: 2MiB, max_batch: 5, buffer: 3MiB, patience: 2s}
            """);

    assertThat(events.types().get(0).join())
        .isEqualTo(
            new Join(
                new TableName("dbo", "Shop Sites"),
                "SiteId",
                "s_",
                List.of("Name", "Rank"),
                Duration.ofMinutes(1),
                Missing.EMIT,
                LateMaster.UPDATE));
    assertThat(events.types().get(0).rate()).isEqualTo(new Rate(30, Duration.ofMinutes(10)));
    assertThat(events.collector())
        .isEqualTo(
            new Collector(
                new ListenAddress("0.0.0.0", 9),
                List.of(new Secret("k3y"), new Secret("b")),
                List.of("https://shop.example"),
                2 << 20,
                5,
                3 << 20,
                Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "events: {view: {}} | line 5: events.view.schema: missing; accepted is a path; a relative one starts from the folder of this file",
        "events: {view: {schema: none.json}} | line 5: events.view.schema: none.json: no such file that can be read",
        "events: {a_enriched: {schema: view.json}} | line 5: events.a_enriched: the name must be a name of letters, digits and `_`, up to 64, that does not end in `_enriched` or `_changes`",
        "events: {view: {schema: view.json, join: Customers}} | line 5: events.view.join: Customers: accepted is a table and a property, for example `dbo.Customers on customer_id`",
        "events: {view: {schema: view.json, columns: [A]}} | line 5: events.view: `columns` and `prefix` go with `join`",
        "events: {view: {schema: view.json, join: dbo.A on a, then: drop, late_master: update}} | line 5: events.view: `late_master: update` needs `then: emit`: what was not emitted cannot be updated",
        "events: {view: {schema: view.json, rate_limit: 5}} | line 5: events.view.rate_limit: 5: accepted is N/duration, for example `500/s` or `1000/10m`",
        "collector: {listen: '0.0.0.0:80'} | line 5: collector: listening on 0.0.0.0:80 lets other machines in: give `api_keys`, or listen on 127.0.0.1",
        "collector: {cors: {origins: ['*']}} | line 5: collector.cors.origins: *: accepted is an origin as browsers send it, for example https://shop.example",
        "collector: {buffer: 1MiB, max_request: 2MiB} | line 5: collector: `buffer` is smaller than one request of `max_request`",
      })
  void whatIsWrongIsSaid(String yaml, String sentence) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> load(yaml));

    assertThat(refused.faults()).extracting(Fault::toString).containsExactly(sentence);
  }

  @Test
  void aMasterMustBeTracked() {
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                load(
                    """
                    tables: {include: ["x.*"]}
                    events: {view: {schema: view.json, join: dbo.A on a}}
                    """));

    assertThat(refused.faults())
        .extracting(Fault::toString)
        .containsExactly(
            "line 6: events.view.join: dbo.A: `tables` leave this table out, so that no row of it would come");
  }

  private EventsConfig load(String yaml) throws Exception {
    Path file = folder.resolve("renkei.yaml");
    Files.writeString(
        file,
        """
        version: 1
        name: shop
        source:
          sqlserver: {host: db1, database: Shop, username: reader, password: hunter2}
        """
            + yaml
            + "\n");
    return Configuration.load(file, Map.of("KEY", "k3y")).events();
  }
}
