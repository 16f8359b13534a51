package dev.renkei.hub.pubsub.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.ShopMessages;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cloud Storage's own client against a hand-written server of its JSON API. */
@Tag("long")
class BucketStateTest extends StateContract {
  private static FakeCloudStorage cloud;
  private static int tests;

  private final String prefix = "test" + tests++ + "/";

  @BeforeAll
  static void start() throws Exception {
    cloud = new FakeCloudStorage();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @Override
  protected StateStore open() throws Exception {
    return open(FakeCloudStorage.BUCKET);
  }

  private StateStore open(String bucket) throws Exception {
    return BucketState.open(BucketState.client("demo-project", cloud.url()), bucket, prefix);
  }

  @Test
  void whatFailsForAMomentIsTriedAgain() throws Exception {
    cloud.failNext(2, 503);

    assertThat(store.write("a/b", new byte[] {1}, StateStore.ABSENT)).isPresent();
    cloud.failNext(1, 429);
    assertThat(store.read("a/b")).isPresent();
  }

  @Test
  void aCursorWhoseAnswerWasLostIsDurableAndTheTrackerGoesOn() throws Exception {
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      cloud.loseAnswersOfNext(1);
      writer.write(ShopMessages.cursor("tracker-a", 5)).get(60, TimeUnit.SECONDS);
      writer.write(ShopMessages.cursor("tracker-a", 6)).get(60, TimeUnit.SECONDS);

      assertThat(writer.failure()).isEmpty();
      assertThat(new StateCursors(store).cursors(ShopMessages.SOURCE))
          .extracting(Cursor::version)
          .containsExactly(6L);
    }
  }

  @Test
  void aClaimWhoseAnswerWasLostIsStillTheClaimants() throws Exception {
    cloud.loseAnswersOfNext(1);

    assertThat(new StateClaims(store).claim("shop/fork/A", "tracker-a", "2").claimant())
        .isEqualTo("tracker-a");
  }

  @Test
  void manyCursorsAreWrittenAboutOnceASecond() throws Exception {
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      int before = cloud.requests();
      long begun = System.nanoTime();
      long until = begun + TimeUnit.MILLISECONDS.toNanos(1_500);
      int version = 0;
      while (System.nanoTime() < until) {
        var unused = writer.write(ShopMessages.cursor("tracker-a", ++version));
        TimeUnit.MILLISECONDS.sleep(5);
      }

      int requests = cloud.requests() - before;
      int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      assertThat(requests).isBetween(1, seconds + 2);
    }
  }

  @Test
  void aMissingRightIsToldWithTheRoleThatIsNeeded() throws Exception {
    cloud.failNext(1, 403);

    assertThatThrownBy(() -> store.read("a/b"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("gs://renkei-state/")
        .hasMessageContaining("Grant roles/storage.objectUser on the bucket renkei-state");
  }

  @Test
  void aBucketThatIsNotThereIsToldWithTheCommandThatMakesIt() {
    assertThatThrownBy(() -> open("elsewhere").close())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("gcloud storage buckets create gs://elsewhere");
  }
}
