package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.ServerConfig;
import dev.renkei.server.StatusReport.Warehouse.Verified;
import dev.renkei.server.history.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Comparisons are asked for, followed and refused by HTTP. */
class VerifyEndpointTest {
  private static final Instant AT = Instant.parse("2026-01-31T09:30:00Z");
  private static final VerifyRun RUN =
      new VerifyRun(
          7,
          true,
          List.of(
              new VerifyRun.Table(
                  "local",
                  "dbo.Stock",
                  "ended",
                  500,
                  new Verified(
                      "dbo.Stock", Verified.State.DIFFERENT, AT, 500, 2, 1, 0, 0, null, null),
                  List.of(new VerifyRun.Example("missing", "[\"連\"]")),
                  true)));

  /** Knows one run, one table, and is busy with what is to be repaired. */
  private static final Verifications ONE =
      new Verifications() {
        @Override
        public VerifyRun begin(List<String> tables, @Nullable String warehouse, boolean repair)
            throws ServerException {
          if (repair) {
            throw new ServerException("8 comparisons wait already");
          }
          if (!tables.equals(List.of("dbo.Stock")) || !"local".equals(warehouse)) {
            throw new IllegalArgumentException("not tracked");
          }
          return RUN;
        }

        @Override
        public Optional<VerifyRun> run(long number) {
          return number == 7 ? Optional.of(RUN) : Optional.empty();
        }
      };

  private static ControlServer start(Verifications verifications) throws ServerException {
    return ControlServer.start(
        new ServerConfig(new ListenAddress("127.0.0.1", 0), null),
        new ControlServer.Parts(
            () -> {
              throw new IllegalStateException("not asked");
            },
            Map.of(),
            command -> {},
            new History(),
            () -> "",
            Map.of(),
            null,
            verifications,
            Rests.NONE));
  }

  private static ControlClient client(ControlServer server) {
    return new ControlClient(server.url(), null, Duration.ofSeconds(30));
  }

  @Test
  void aComparisonIsBegunAndFollowed() throws Exception {
    try (ControlServer server = start(ONE)) {
      ControlClient client = client(server);

      assertThat(client.verify(List.of("dbo.Stock"), "local", false)).isEqualTo(RUN);
      assertThat(client.verified(7)).isEqualTo(RUN);
    }
  }

  @Test
  void whatCannotBeComparedIsRefusedWithItsReason() throws Exception {
    try (ControlServer server = start(ONE);
        ControlServer without = start(Verifications.NONE)) {
      assertRefused(() -> client(server).verify(List.of(), null, false), 400, "not tracked");
      assertRefused(() -> client(server).verify(List.of(), null, true), 503, "8 comparisons wait");
      assertRefused(() -> client(server).verified(8), 404, "no comparison has the number 8");
      assertRefused(
          () -> client(without).verify(List.of(), null, false), 400, "loads no warehouse");
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable asking, int status, String why) {
    assertThatThrownBy(asking)
        .isInstanceOfSatisfying(
            ControlException.Refused.class, e -> assertThat(e.status()).isEqualTo(status))
        .hasMessageContaining(why);
  }

  @Test
  void whatIsKeptBetweenRunsIsReadAgain() throws Exception {
    Verified stock = new Verified("dbo.Stock", Verified.State.EQUAL, AT, 5, 0, 0, 0, 0, null, AT);
    Verified later =
        new Verified("dbo.Stock", Verified.State.FAILED, AT, 0, 0, 0, 0, 0, "away.", AT);
    VerifyMemory memory = new VerifyMemory(AT, Map.of()).with("local", stock).with("other", stock);

    VerifyMemory again = VerifyMemory.parse(memory.with("local", later).toJson());

    assertThat(again.since()).isEqualTo(AT);
    assertThat(again.of("local")).containsExactly(later);
    assertThat(again.of("other")).containsExactly(stock);
    assertThat(again.of("nothing")).isEmpty();
  }
}
