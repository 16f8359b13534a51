package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.TableName;
import dev.renkei.demo.DemoReport.Killed;
import dev.renkei.demo.DemoReport.Latency;
import dev.renkei.demo.DemoReport.Resources;
import dev.renkei.demo.DemoReport.Run;
import dev.renkei.demo.DemoReport.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DemoReportTest {
  private static final Run RUN =
      new Run(
          42,
          20,
          2,
          List.of(new Killed("tracker-b", 4711, 10)),
          0,
          new Resources(31.25, 900),
          List.of());

  private static Evidence evidence(long lost, long duplicated, List<String> unbalanced) {
    return new Evidence(
        120_000,
        20_000,
        250,
        60,
        19_690,
        29_800,
        10_110,
        lost,
        duplicated,
        lost == 0 ? List.of() : List.of(new Difference(new TableName("dbo", "T"), "[]", "x")),
        unbalanced,
        new Latency(80.04, 150, 199.96, 19_690),
        new Verify(lost == 0, 8, 123_456, 20_417));
  }

  /** Names and kinds of values in their order, such as {@code latency_ms.p50 number}. */
  private static List<String> shape(String json) throws IOException {
    List<String> shape = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          String path = parser.getParsingContext().pathAsPointer().toString();
          shape.add(
              path + " " + (token.isNumeric() ? "number" : token.isBoolean() ? "bool" : token));
        }
      }
    }
    return shape;
  }

  @Test
  void hasTheNamesTypesAndOrderOfTheContract() throws IOException {
    String contract;
    try (InputStream in =
        Objects.requireNonNull(DemoReportTest.class.getResourceAsStream("demo-report.json"))) {
      contract = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(shape(DemoReport.of(RUN, evidence(0, 0, List.of())).json()))
        .isEqualTo(shape(contract));
  }

  @Test
  void theCopyOfTheContractIsTheContract() throws IOException {
    Path shared = Path.of("../../shared/demo-report.example.json");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(shared), "the contract itself is not here, only its copy");

    assertThat(shape(Files.readString(shared)))
        .isEqualTo(
            shape(
                Files.readString(Path.of("src/test/resources/dev/renkei/demo/demo-report.json"))));
  }

  @Test
  void saysWhatWasFound() {
    assertThat(DemoReport.of(RUN, evidence(0, 0, List.of())).json())
        .contains(
            "\"seconds\":20.0,",
            "{\"role\":\"tracker-b\",\"pid\":4711,\"at_seconds\":10.0}",
            "\"latency_ms\":{\"p50\":80.0,\"p95\":150.0,\"p99\":200.0,\"samples\":19690}",
            "\"rows_per_second\":984.5,",
            "\"exit_code\":0}");
  }

  @Test
  void anyDifferenceIsExitCodeSix() {
    assertThat(DemoReport.of(RUN, evidence(1, 0, List.of())).exitCode()).isEqualTo(6);
    assertThat(DemoReport.of(RUN, evidence(0, 1, List.of())).exitCode()).isEqualTo(6);
    assertThat(DemoReport.of(RUN, evidence(0, 0, List.of("2 is not 3"))).exitCode()).isEqualTo(6);
    assertThat(used(new UseProof("masked", "rows", 10, 1, List.of("a name"))).exitCode())
        .isEqualTo(6);
    assertThat(used(new UseProof("masked", "nothing", 0, 0, List.of())).exitCode()).isEqualTo(6);
  }

  private static DemoReport used(UseProof use) {
    return DemoReport.of(
        new Run(42, 20, 2, List.of(), 0, new Resources(31.25, 900), List.of(use)),
        evidence(0, 0, List.of()));
  }

  @Test
  void tellsWhatTheDataWasUsedFor() {
    DemoReport report = used(new UseProof("masked", "rows", 10, 0, List.of()));

    assertThat(report.json())
        .contains(
            "\"uses\":[{\"name\":\"masked\",\"checked\":10,\"different\":0}],\"exit_code\":0}");
  }
}
