package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Warehouse;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static final StatusReport FULL =
      Reports.report(
          7,
          List.of("track", "load"),
          List.of(
              Reports.blind("b"),
              Reports.tracker(
                  "a",
                  Reports.table("dbo.Orders", Phase.STOPPED, Reports.expired(), null),
                  Reports.table(
                      "dbo.商品", Phase.SNAPSHOT, null, new Snapshot(2, 5, 0, null, 0, null, null)))),
          List.of(Reports.flow("RUNNING", 1)),
          List.of(Reports.warehouse(Warehouse.Phase.RETRYING, 1, "disk full", "look here")));

  @Test
  void comesBackFromJsonAsItWas() throws Exception {
    assertThat(StatusReport.parse(FULL.toJson())).isEqualTo(FULL);
  }

  @Test
  void writesWhatOtherProgramsRead() throws Exception {
    JsonNode json = Json.MAPPER.readTree(FULL.toJson());

    assertThat(json.at("/format").asInt()).isEqualTo(1);
    assertThat(json.at("/at").asText()).isEqualTo("2026-01-31T12:00:00Z");
    assertThat(json.at("/hub/embedded").asBoolean()).isTrue();
    assertThat(json.at("/trackers/1/tables/0/phase").asText()).isEqualTo("stopped");
    assertThat(json.at("/trackers/1/tables/0/problem/cure").asText()).contains("renkei reload");
    assertThat(json.at("/trackers/1/tables/0/snapshot").isNull()).isTrue();
    assertThat(json.at("/trackers/1/tables/1/snapshot/rows").asLong()).isEqualTo(5);
    assertThat(json.at("/flows/0/counts/superseded").asLong()).isEqualTo(60);
    assertThat(json.at("/warehouses/0/replayingFrom").isNull()).isTrue();
    assertThat(json.at("/resources/rssMib").asLong()).isEqualTo(200);
  }

  @Test
  void passesOverFieldsOfLaterVersions() throws Exception {
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(FULL.toJson());
    json.put("mood", "cheerful");

    assertThat(StatusReport.parse(json.toString())).isEqualTo(FULL);
  }

  @Test
  void aWarehouseTellsItsLagInTimeWhereTheHubCannotCountMessages() throws Exception {
    Warehouse unordered =
        new Warehouse(
            "local",
            "x",
            Warehouse.Phase.LOADING,
            null,
            0,
            0,
            0,
            0,
            0,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            1_500L,
            7,
            List.of(),
            List.of());
    StatusReport report =
        Reports.report(7, List.of("load"), List.of(), List.of(), List.of(unordered));

    assertThat(StatusReport.parse(report.toJson())).isEqualTo(report);
    assertThat(Json.MAPPER.readTree(report.toJson()).at("/warehouses/0/unsettled").asInt())
        .isEqualTo(7);
    assertThat(new StatusView(List.of(report), List.of()).text()).contains("loading  1.5 s");
  }

  @Test
  void readsWhatEarlierBuildsWroteOfAWarehouse() throws Exception {
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(FULL.toJson());
    ((ObjectNode) json.at("/warehouses/0")).remove(List.of("lagMillis", "unsettled"));

    assertThat(StatusReport.parse(json.toString())).isEqualTo(FULL);
  }

  @Test
  void refusesAnotherFormatAndHalfAReport() throws Exception {
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(FULL.toJson());
    json.put("format", 2);
    assertThatThrownBy(() -> StatusReport.parse(json.toString()))
        .hasMessageContaining("a status of format 2; this program reads format 1");

    json.put("format", 1).remove("hub");
    assertThatThrownBy(() -> StatusReport.parse(json.toString())).hasMessageContaining("hub");
  }

  @Test
  void measuresThisProcess() {
    Resources used = Resources.ofThisProcess();

    assertThat(used.cpuSeconds()).isPositive();
    assertThat(used.heapUsedMib()).isPositive().isLessThanOrEqualTo(used.heapMaxMib());
  }

  @Test
  void readsMemoryFromTheLinesOfTheKernel() {
    List<String> status = List.of("Name:\tjava", "VmHWM:\t  225280 kB", "VmRSS:\t  204800 kB");

    assertThat(Resources.mib(status, "VmRSS:")).isEqualTo(200);
    assertThat(Resources.mib(status, "VmHWM:")).isEqualTo(220);
    assertThat(Resources.mib(List.of(), "VmRSS:")).isNull();
  }
}
