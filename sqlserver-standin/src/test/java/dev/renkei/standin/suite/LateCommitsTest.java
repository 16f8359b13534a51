package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.tracking.LateCommits;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The risk of rule 22 on demand: a commit has its version and becomes visible only after later
 * ones.
 */
class LateCommitsTest extends StandInSuite {
  private static final String CHANGES = "SELECT id FROM CHANGETABLE(CHANGES dbo.t, %d) AS c";

  @Test
  void aCursorThatPassedALateCommitMissesItAndAnOverlapFindsIt() throws Exception {
    client.run(
        "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON",
        "CREATE TABLE dbo.t (id int PRIMARY KEY)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Client slow = connect()) {
      Future<Client> late;
      long cursor;
      try (LateCommits.Hold hold =
          standIn.lateCommits().holdNext(1, commit -> commit.database().equals(database))) {
        late = threads.submit(() -> slow.run("INSERT dbo.t VALUES (1)"));
        assertThat(hold.awaitWaiting(1, Duration.ofSeconds(10))).isTrue();
        client.run("INSERT dbo.t VALUES (2)");
        cursor = client.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()");
        assertThat(client.column(CHANGES.formatted(0))).containsExactly(2);
      }
      late.get(10, TimeUnit.SECONDS);
      assertThat(client.column(CHANGES.formatted(cursor))).isEmpty();
      assertThat(client.column(CHANGES.formatted(cursor - 2))).containsExactlyInAnyOrder(1, 2);
    } finally {
      threads.shutdownNow();
    }
  }
}
