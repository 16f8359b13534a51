package dev.renkei.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.schema.TableName;
import dev.renkei.demo.DemoReport;
import dev.renkei.demo.Difference;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.UseProof;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the README shows of the demo is what the demo says. */
class ReadmeTest {
  private static final DemoReport.Verify VERIFY = new DemoReport.Verify(true, 8, 124_068, 6627);
  private static final DemoReport.Latency LATENCY = new DemoReport.Latency(1, 2, 3, 19_648);

  private static final List<UseProof> USES =
      List.of(
          use("masked", "124,339 rows in the masked warehouse, customers without personal data"),
          use("one left", "46 signed notices, each once, as the log of stock says"),
          use("events", "1,530 page views that the collector accepted, each once in the warehouse"),
          use("joined", "1,160 of them with the customer's row, the others were nobody's"),
          use("sales", "1,046 windows: sales of a product in a minute, as SQL says"),
          use("visits", "312 sessions of visitors, as SQL says"));

  private static UseProof use(String name, String what) {
    return new UseProof(name, what, 1, 0, List.of());
  }

  private static String said(List<Difference> differences, List<String> unbalanced) {
    Evidence evidence =
        new Evidence(
            120_000,
            19_904,
            237,
            19,
            19_648,
            39_012,
            19_364,
            differences.size(),
            0,
            differences,
            unbalanced,
            LATENCY,
            VERIFY);
    DemoReport report =
        DemoReport.of(
            new DemoReport.Run(42, 20, 2, List.of(), 0, new DemoReport.Resources(58.3, 1905), USES),
            evidence);
    return DemoView.proof(report, evidence);
  }

  private static List<String> labels(String text) {
    return text.lines().map(line -> line.replaceAll("[0-9][0-9.,]*", "N")).toList();
  }

  @Test
  void showsTheLinesThatTheDemoEndsWith() throws Exception {
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("\nproof ") + 1;
    String block = readme.substring(begin, readme.indexOf("```", begin));

    assertThat(labels(block)).isEqualTo(labels(said(List.of(), List.of())));
  }

  @Test
  void namesWhatDiffersBelow() {
    String said =
        said(
            List.of(
                new Difference(new TableName("dbo", "Stock"), "[\"7\",\"s\"]", "it is not there")),
            List.of("more was delivered than committed"));

    assertThat(said)
        .contains("proof     lost 1")
        .contains("DIFFERENT dbo.Stock [\"7\",\"s\"]: it is not there")
        .contains("UNBALANCED more was delivered than committed");
  }
}
