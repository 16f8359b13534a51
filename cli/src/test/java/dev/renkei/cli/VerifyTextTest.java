package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.StatusReport.Warehouse.Verified;
import dev.renkei.server.StatusReport.Warehouse.Verified.State;
import dev.renkei.server.VerifyRun;
import dev.renkei.server.VerifyRun.Example;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How comparisons are told, and how the command ends. */
class VerifyTextTest {
  private static final Instant AT = Instant.parse("2026-01-31T09:30:00Z");

  private static VerifyRun.Table table(State state, @Nullable String problem, Example... examples) {
    boolean different = state == State.DIFFERENT;
    return new VerifyRun.Table(
        "local",
        "dbo.Stock",
        "ended",
        1234,
        new Verified(
            "dbo.Stock", state, AT, 1234, 2, different ? 1 : 0, 0, different ? 3 : 0, problem, AT),
        List.of(examples),
        different);
  }

  @Test
  void aTableIsALineAndWhatDiffersIsNamedBelowIt() {
    assertThat(VerifyText.line(table(State.EQUAL, null)))
        .isEqualTo("dbo.Stock in local: equal, 1,234 rows (2 left out, as they were changing)");
    assertThat(
            VerifyText.line(
                table(
                    State.DIFFERENT,
                    null,
                    new Example("missing", "[\"17\"]"),
                    new Example("different", "[\"4\"]"))))
        .isEqualTo(
            """
            dbo.Stock in local: DIFFERENT, 1,234 rows: 1 missing in the warehouse, 3 with other values (2 left out, as they were changing)
              missing ["17"]
              other values ["4"]
              is loaded again""");
    assertThat(VerifyText.line(table(State.FAILED, "the source is away.")))
        .isEqualTo("dbo.Stock in local: not compared to the end: the source is away.");
    assertThat(
            VerifyText.line(
                new VerifyRun.Table(
                    "local", "dbo.Stock", "looking_again", 1, null, List.of(), false)))
        .isEqualTo("dbo.Stock in local: looking again, 1 row");
  }

  @Test
  void theWorstDecidesHowTheCommandEnds() {
    VerifyRun.Table equal = table(State.EQUAL, null);
    VerifyRun.Table refused = table(State.REFUSED, "no key.");
    VerifyRun.Table failed = table(State.FAILED, "away.");
    VerifyRun.Table different = table(State.DIFFERENT, null);

    assertThat(VerifyText.exit(List.of(equal), true)).isEqualTo(ExitCode.OK);
    assertThat(VerifyText.exit(List.of(), false)).isEqualTo(ExitCode.OK);
    assertThat(VerifyText.exit(List.of(equal, refused), false)).isEqualTo(ExitCode.OK);
    assertThat(VerifyText.exit(List.of(refused), true)).isEqualTo(ExitCode.USAGE);
    assertThat(VerifyText.exit(List.of(equal, failed, refused), true))
        .isEqualTo(ExitCode.WAREHOUSE);
    assertThat(VerifyText.exit(List.of(failed, different), false)).isEqualTo(ExitCode.DIFFERENT);
  }
}
