package dev.renkei.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Report report = new Report("tracker", false);

  private String table() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRatioIsTakenRoundByRoundAndItsMedianJudged() {
    report.ratio(
        "ours to bare", Aim.atLeast(0.8), new double[] {90, 10, 95}, new double[] {100, 100, 100});

    assertThat(table()).contains("0.90 ratio").contains("0.10 to 0.95").contains("reached");
    assertThat(report.json())
        .contains("\"median\":0.9")
        .contains("\"rounds\":[0.9,0.1,0.95]")
        .contains("\"aim\":\">= 0.8\",\"reached\":true");
  }

  @Test
  void aMissedAimIsSaid() {
    report.figure("CPU of 1,000 idle tables", "% of a core", Aim.atMost(2), 2.5);

    assertThat(table()).contains("aim <= 2: missed");
    assertThat(report.json()).contains("\"aim\":\"<= 2\",\"reached\":false");
  }

  @Test
  void theMachineAndItsLoadStandBesideTheFigures() {
    report.amount("changes", 500_000);
    report.figure("driver", "rows/s", 1_234_567.8);

    assertThat(table())
        .contains("machine")
        .contains("load")
        .contains("500,000 changes")
        .contains("1,234,568");
    assertThat(report.json()).contains("\"processors\":").contains("\"load_average\":");
  }

  @Test
  void ofAnEvenNumberOfRoundsTheLowerMiddleCounts() {
    Figure figure = new Figure("x", "s", java.util.List.of(4.0, 1.0, 3.0, 2.0), null);

    assertThat(figure.median()).isEqualTo(2.0);
  }
}
