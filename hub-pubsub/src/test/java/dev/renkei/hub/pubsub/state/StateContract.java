package dev.renkei.hub.pubsub.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.ClaimStore.Claim;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog.Follower;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.hub.pubsub.ShopMessages;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store of state promises, and what is built on it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class StateContract {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Command FIRST = new Command.ReloadTable(ShopMessages.STOCK, "asked", NOON);
  private static final Command SECOND = new Command.ReloadAll("made anew", NOON);

  protected StateStore store;

  /** Opens another client of the place that this test has for itself. */
  protected abstract StateStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(StateStore store, String name) throws Exception {
    return new String(store.read(name).orElseThrow().content(), StandardCharsets.UTF_8);
  }

  // ---- the store ----

  @Test
  void anObjectThatIsNotThereHasNoContentAndNoGeneration() throws Exception {
    assertThat(store.read("a/b")).isEmpty();
    assertThat(store.generation("a/b")).isEqualTo(StateStore.ABSENT);
    assertThat(store.list("a/", 10)).isEmpty();
    store.delete("a/b");
  }

  @Test
  void aWriteCountsOnlyOnTopOfTheGenerationThatItsWriterKnew() throws Exception {
    long first = store.write("a/b", bytes("1"), StateStore.ABSENT).orElseThrow();
    long second = store.write("a/b", bytes("2"), first).orElseThrow();

    assertThat(second).isNotEqualTo(first);
    assertThat(store.write("a/b", bytes("3"), first)).isEmpty();
    assertThat(store.write("a/b", bytes("3"), StateStore.ABSENT)).isEmpty();
    assertThat(text(store, "a/b")).isEqualTo("2");
    assertThat(store.generation("a/b")).isEqualTo(second);
    assertThat(store.read("a/b").orElseThrow().generation()).isEqualTo(second);
  }

  @Test
  void anObjectThatWasRemovedAndMadeAgainHasAnotherGeneration() throws Exception {
    long first = store.write("a/b", bytes("1"), StateStore.ABSENT).orElseThrow();
    store.delete("a/b");
    assertThat(store.write("a/b", bytes("2"), first)).isEmpty();

    assertThat(store.write("a/b", bytes("2"), StateStore.ABSENT).orElseThrow()).isNotEqualTo(first);
  }

  @Test
  void objectsAreListedByNameAndNoMoreThanAsked() throws Exception {
    for (String name : List.of("a/3", "a/1", "b/1", "a/2", "a/22")) {
      assertThat(store.write(name, bytes(name), StateStore.ABSENT)).isPresent();
    }

    assertThat(store.list("a/", 10))
        .extracting(StateStore.Listed::name)
        .containsExactly("a/1", "a/2", "a/22", "a/3");
    assertThat(store.list("a/2", 10))
        .extracting(StateStore.Listed::name)
        .containsExactly("a/2", "a/22");
    assertThat(store.list("a/", 2))
        .extracting(StateStore.Listed::name)
        .containsExactly("a/1", "a/2");
    assertThat(store.list("a/", 1).get(0).generation()).isEqualTo(store.generation("a/1"));
  }

  @Test
  void bytesComeBackAsTheyWere() throws Exception {
    byte[] all = new byte[70_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 31);
    }
    assertThat(store.write("a/b", all, StateStore.ABSENT)).isPresent();

    assertThat(store.read("a/b").orElseThrow().content()).isEqualTo(all);
  }

  @Test
  void ofManyWhoCountTogetherNobodyIsLost() throws Exception {
    int each = 10;
    side(
        4,
        () -> {
          try (StateStore own = open()) {
            for (int i = 0; i < each; ) {
              var entry = own.read("a/count");
              long count = entry.isEmpty() ? 0 : Long.parseLong(text(entry.get()));
              OptionalLong written =
                  own.write(
                      "a/count",
                      bytes(Long.toString(count + 1)),
                      entry.map(StateStore.Entry::generation).orElse(StateStore.ABSENT));
              i += written.isPresent() ? 1 : 0;
            }
          }
          return each;
        });

    assertThat(text(store, "a/count")).isEqualTo("40");
  }

  private static String text(StateStore.Entry entry) {
    return new String(entry.content(), StandardCharsets.UTF_8);
  }

  private static <T> List<T> side(int threads, Callable<T> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(executor.submit(work));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  // ---- cursors ----

  private static Cursor cursor(String tracker, String table, long version) {
    return new Cursor(
        tracker, "shop", new TableName("dbo", table), 1, version, 7, 1, 1, null, NOON);
  }

  @Test
  void cursorsOfAllTrackersAreReadOnceTheyAreDurable() throws Exception {
    StateCursors cursors = new StateCursors(store);
    try (CursorWriter a = CursorWriter.open(store, "tracker-a");
        CursorWriter b = CursorWriter.open(store, "tracker-b")) {
      CompletableFuture.allOf(
              a.write(cursor("tracker-a", "Stock", 5)),
              a.write(cursor("tracker-a", "Orders", 4)),
              b.write(cursor("tracker-b", "Stock", 6)))
          .get(30, TimeUnit.SECONDS);

      assertThat(cursors.cursors("shop"))
          .containsExactlyInAnyOrder(
              cursor("tracker-a", "Stock", 5),
              cursor("tracker-a", "Orders", 4),
              cursor("tracker-b", "Stock", 6));
      assertThat(cursors.cursors("shop", new TableName("dbo", "Stock")))
          .extracting(Cursor::version)
          .containsExactlyInAnyOrder(5L, 6L);
      assertThat(cursors.cursors("other")).isEmpty();
    }
  }

  @Test
  void manyCursorsTakeFewWritesAndTheNewestStands() throws Exception {
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      List<CompletableFuture<Void>> written = new ArrayList<>();
      for (int version = 1; version <= 2_000; version++) {
        written.add(writer.write(cursor("tracker-a", "Stock", version)));
      }
      CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

      assertThat(new StateCursors(store).cursors("shop"))
          .extracting(Cursor::version)
          .containsExactly(2_000L);
    }
  }

  @Test
  void aTrackerThatComesBackKeepsWhatItHad() throws Exception {
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      writer.write(cursor("tracker-a", "Stock", 5)).get(30, TimeUnit.SECONDS);
    }
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      writer.write(cursor("tracker-a", "Orders", 4)).get(30, TimeUnit.SECONDS);
    }

    assertThat(new StateCursors(store).cursors("shop"))
        .containsExactlyInAnyOrder(
            cursor("tracker-a", "Stock", 5), cursor("tracker-a", "Orders", 4));
  }

  @Test
  void whoeverTakesATrackersNameEndsTheOneBefore() throws Exception {
    try (CursorWriter first = CursorWriter.open(store, "tracker-a")) {
      first.write(cursor("tracker-a", "Stock", 5)).get(30, TimeUnit.SECONDS);
      try (CursorWriter second = CursorWriter.open(store, "tracker-a")) {
        assertThatThrownBy(
                () -> first.write(cursor("tracker-a", "Stock", 9)).get(30, TimeUnit.SECONDS))
            .hasMessageContaining("another process publishes under the same tracker name");

        assertThat(first.failure()).isPresent();
        assertThat(first.write(cursor("tracker-a", "Stock", 9))).isCompletedExceptionally();
        second.write(cursor("tracker-a", "Stock", 6)).get(30, TimeUnit.SECONDS);
        assertThat(new StateCursors(store).cursors("shop"))
            .extracting(Cursor::version)
            .containsExactly(6L);
      }
    }
  }

  @Test
  void whatIsHandedOverIsWrittenBeforeTheWriterCloses() throws Exception {
    CompletableFuture<Void> written;
    try (CursorWriter writer = CursorWriter.open(store, "tracker-a")) {
      writer.write(cursor("tracker-a", "Stock", 4)).get(30, TimeUnit.SECONDS);
      written = writer.write(cursor("tracker-a", "Stock", 5));
    }

    assertThat(written).isCompleted();
    assertThat(new StateCursors(store).cursors("shop"))
        .extracting(Cursor::version)
        .containsExactly(5L);
  }

  // ---- claims ----

  @Test
  void ofManyWhoClaimASubjectAllGetTheSameWinner() throws Exception {
    List<Claim> claims =
        side(
            6,
            () -> {
              String claimant = "tracker-" + Thread.currentThread().getId();
              try (StateStore own = open()) {
                return new StateClaims(own).claim("shop/fork/A", claimant, "2");
              }
            });

    assertThat(new HashSet<>(claims)).hasSize(1);
    assertThat(new StateClaims(store).holder("shop/fork/A")).contains(claims.get(0));
  }

  @Test
  void subjectsThatLookAlikeAreClaimedApart() throws Exception {
    StateClaims claims = new StateClaims(store);

    assertThat(claims.holder("shop/dbo.Stock/snapshot/1")).isEmpty();
    assertThat(claims.claim("shop/dbo.Stock/snapshot/1", "a", "x").claimant()).isEqualTo("a");
    assertThat(claims.claim("shop/dbo.STOCK/snapshot/1", "b", "x").claimant()).isEqualTo("b");
    assertThat(claims.claim("shop.dbo/Stock/snapshot/1", "c", "x").claimant()).isEqualTo("c");
  }

  // ---- schemas ----

  @Test
  void aSchemaStoredByOneIsFoundByAnotherThatHasLookedBefore() throws Exception {
    String id = SchemaCodec.id(ShopMessages.SCHEMA);
    SchemaRecord schema =
        new SchemaRecord(ShopMessages.SOURCE, id, ShopMessages.SCHEMA, new Sequence(1, 9, 0));
    StateSchemas one = new StateSchemas(store);
    try (StateStore otherStore = open()) {
      StateSchemas other = new StateSchemas(otherStore);
      assertThat(other.find(id)).isEmpty();

      one.put(schema);
      one.put(schema);
      new StateSchemas(store).put(schema);

      assertThat(other.find(id)).contains(schema);
      assertThat(other.of(ShopMessages.SOURCE, ShopMessages.STOCK)).containsExactly(schema);
      assertThat(other.of(ShopMessages.SOURCE, new TableName("dbo", "Other"))).isEmpty();
      assertThat(other.of("other", ShopMessages.STOCK)).isEmpty();
    }
  }

  // ---- dead letters ----

  @Test
  void deadLettersComeBackWholeAndNewestFirst() throws Exception {
    StateDeadLetters letters = new StateDeadLetters(store);
    for (int i = 0; i < 5; i++) {
      letters.put(letter(NOON.plusSeconds(i)));
    }

    List<DeadLetter> newest = letters.newest(3);

    assertThat(newest)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            letter(NOON.plusSeconds(4)), letter(NOON.plusSeconds(3)), letter(NOON.plusSeconds(2)));
  }

  private static DeadLetter letter(Instant at) {
    return new DeadLetter(
        "projects/p/topics/renkei.hub",
        0,
        41,
        "dbo.Stock: no such column",
        Map.of("table_name", "dbo.Stock", "message_unique_id", "日本"),
        null,
        new byte[] {0, 1, -1, 127},
        at);
  }

  // ---- commands ----

  private StateCommands commands(Instant now) {
    return new StateCommands(store, Duration.ofDays(7), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static List<Command> poll(Follower follower) throws Exception {
    return follower.poll(Duration.ofSeconds(10));
  }

  @Test
  void everyReaderGetsEveryCommandInOrderAndANewOneBeginsAtTheOldest() throws Exception {
    StateCommands log = commands(NOON);
    log.send(FIRST);
    log.send(SECOND);
    try (Follower one = log.follow("tracker-a");
        Follower other = log.follow("loader-local")) {
      assertThat(poll(one)).containsExactly(FIRST, SECOND);
      assertThat(poll(other)).containsExactly(FIRST, SECOND);
      log.send(FIRST);
      assertThat(poll(one)).containsExactly(FIRST);
    }
  }

  @Test
  void aReaderThatStartsAgainGetsWhatItWasNotDoneWith() throws Exception {
    StateCommands log = commands(NOON);
    log.send(FIRST);
    try (Follower reader = log.follow("tracker-a")) {
      assertThat(poll(reader)).containsExactly(FIRST);
      reader.done();
      log.send(SECOND);
      assertThat(poll(reader)).containsExactly(SECOND);
    }

    try (Follower again = commands(NOON).follow("tracker-a")) {
      assertThat(poll(again)).containsExactly(SECOND);
    }
  }

  @Test
  void commandsOlderThanTheRetentionAreNeitherReadNorKept() throws Exception {
    commands(NOON).send(FIRST);
    Instant later = NOON.plus(Duration.ofDays(8));
    try (Follower reader = commands(later).follow("tracker-a")) {
      assertThat(reader.poll(Duration.ofMillis(10))).isEmpty();
    }

    commands(later).send(SECOND);

    assertThat(text(store, "commands/log")).contains("made anew").doesNotContain("asked");
    try (Follower reader = commands(later).follow("tracker-b")) {
      assertThat(poll(reader)).containsExactly(SECOND);
    }
  }

  @Test
  void aCommandThatCannotBeReadIsPassedOver() throws Exception {
    StateCommands log = commands(NOON);
    log.send(FIRST);
    StateStore.Entry entry = store.read("commands/log").orElseThrow();
    assertThat(
            store.write(
                "commands/log",
                bytes(text(entry).replace("reload_table", "pause")),
                entry.generation()))
        .isPresent();
    log.send(SECOND);

    try (Follower reader = log.follow("tracker-a")) {
      assertThat(poll(reader)).containsExactly(SECOND);
    }
  }

  @Test
  void commandsOfManySendersAreAllKept() throws Exception {
    Set<Command> sent = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      sent.add(new Command.ReloadAll("reason " + i, NOON));
    }
    List<Command> toSend = new ArrayList<>(sent);
    List<Integer> indexes = new ArrayList<>(List.of(0, 1, 2, 3));
    side(
        4,
        () -> {
          int mine;
          synchronized (indexes) {
            mine = indexes.remove(0);
          }
          commands(NOON).send(toSend.get(mine));
          return mine;
        });

    try (Follower reader = commands(NOON).follow("tracker-a")) {
      assertThat(poll(reader)).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  // ---- beginnings ----

  private static final Duration WEEK = Duration.ofDays(7);

  private StateBeginnings beginnings() {
    return new StateBeginnings(store);
  }

  private boolean take(String stream, Instant at) throws Exception {
    return beginnings().take("s", stream, WEEK, at);
  }

  @Test
  void aSubscriptionThatWasThereBeforeAnyPublisherHoldsTheBeginningOnce() throws Exception {
    beginnings().note("s", "one", NOON);
    CursorWriter.open(store, "tracker-a").close();

    assertThat(take("one", NOON.plus(Duration.ofDays(3)))).isTrue();
    assertThat(take("one", NOON.plus(Duration.ofDays(3)))).isFalse();
  }

  @Test
  void aSubscriptionThatNobodyHasNotedDoesNotHoldTheBeginning() throws Exception {
    beginnings().note("other", "one", NOON);

    assertThat(take("one", NOON)).isFalse();
  }

  @Test
  void aSubscriptionMadeAfterAPublisherWasOpenedDoesNotHoldTheBeginning() throws Exception {
    CursorWriter.open(store, "tracker-a").close(); // it has published nothing, as far as is known

    beginnings().note("s", "one", NOON);

    assertThat(take("one", NOON)).isFalse();
  }

  @Test
  void aSubscriptionThatWasMadeAnewDoesNotHoldTheBeginningOfTheFirst() throws Exception {
    beginnings().note("s", "one", NOON);

    assertThat(take("two", NOON)).isFalse();
    assertThat(take("one", NOON)).isFalse();
  }

  @Test
  void aSubscriptionMadeAnewBeforeAnyPublisherHoldsTheBeginning() throws Exception {
    beginnings().note("s", "one", NOON);
    assertThat(take("one", NOON)).isTrue();

    beginnings().note("s", "two", NOON);

    assertThat(take("two", NOON)).isTrue();
  }

  @Test
  void halfOfWhatASubscriptionKeepsIsTooLateForItsBeginning() throws Exception {
    beginnings().note("s", "one", NOON);
    assertThat(take("one", NOON.plus(WEEK.dividedBy(2)))).isFalse();

    beginnings().note("s", "one", NOON);
    assertThat(beginnings().take("s", "one", Duration.ofHours(2), NOON.plusSeconds(3_600)))
        .isFalse();

    beginnings().note("s", "one", NOON.plus(WEEK)); // by a clock that is far ahead
    assertThat(take("one", NOON)).isFalse();
  }

  @Test
  void aBeginningThatSomebodyReadWithoutAskingIsForgotten() throws Exception {
    beginnings().forget("s");
    beginnings().note("s", "one", NOON);

    beginnings().forget("s");

    assertThat(take("one", NOON)).isFalse();
  }

  @Test
  void theBeginningIsTakenByOneOfMany() throws Exception {
    beginnings().note("s", "one", NOON);

    assertThat(side(4, () -> take("one", NOON))).containsOnlyOnce(true);
  }
}
