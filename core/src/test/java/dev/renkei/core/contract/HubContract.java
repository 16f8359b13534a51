package dev.renkei.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Change;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.ClaimStore.Claim;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog.Follower;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every hub promises to trackers, consumers and operators, whoever's it is (SEMANTICS 1 to 6,
 * 16, 20). A test's hub is new.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class HubContract {
  private static final TableName PRICES = new TableName("dbo", "Prices");
  private static final long BUFFER = 16 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final MessageCodec CODEC = new MessageCodec(Shop.SOURCE);
  private static final Command FIRST = new Command.ReloadTable(Shop.STOCK, "asked", Shop.NOON);
  private static final Command SECOND = new Command.ReloadAll("topic made anew", Shop.NOON);

  private Hub hub;

  /** Opens the test's hub, the first time or once more. */
  protected abstract Hub open() throws Exception;

  /** What letters call the stream that {@link #arrived} reads. */
  protected abstract String publishedStream(Hub of);

  /** What they would call one that is not there any more. */
  protected abstract String nowhere(Hub of);

  /** The ids of what trackers have published, once there are so many different ones. */
  protected abstract Set<String> arrived(Hub of, int different) throws Exception;

  @BeforeEach
  void openTheFirstTime() throws Exception {
    hub = open();
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static EncodedMessage message(Change change) {
    return CODEC.encode(change, Shop.SCHEMA);
  }

  private static Cursor cursor(String tracker, TableName table, long version) {
    return new Cursor(tracker, Shop.SOURCE, table, 1, version, 7, 1, 1, null, Shop.NOON);
  }

  private static void advance(HubPublisher.Lane lane, Cursor cursor) throws Exception {
    lane.advance(cursor).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** A commit may be final a moment before readers see it. */
  private static <T> T await(Callable<T> ask, Predicate<T> until) throws Exception {
    long patient = System.nanoTime() + PATIENCE.toNanos();
    T answer = ask.call();
    while (!until.test(answer) && System.nanoTime() < patient) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      answer = ask.call();
    }
    return answer;
  }

  @Test
  void rowsArriveAndTheirCursorIsDurable() throws Exception {
    try (HubPublisher publisher = hub.publisher("tracker-a", BUFFER)) {
      HubPublisher.Lane lane = publisher.lane();
      List<String> ids = new ArrayList<>();
      for (int product = 0; product < 300; product++) {
        EncodedMessage message = message(Shop.update(product, 5, product));
        ids.add(message.attributes().uniqueId());
        lane.publish(message);
      }

      advance(lane, cursor("tracker-a", Shop.STOCK, 5));

      assertThat(arrived(hub, 300)).containsExactlyInAnyOrderElementsOf(ids);
      try (Hub other = open()) {
        assertThat(
                await(
                    () -> other.cursors().cursors(Shop.SOURCE, Shop.STOCK),
                    cursors -> !cursors.isEmpty()))
            .containsExactly(cursor("tracker-a", Shop.STOCK, 5));
      }
    }
  }

  @Test
  void aCursorTakesThePlaceOfItsTrackersLastOneOfThatTableAndOfNoOther() throws Exception {
    try (HubPublisher a = hub.publisher("tracker-a", BUFFER);
        HubPublisher b = hub.publisher("tracker-b", BUFFER)) {
      HubPublisher.Lane lane = a.lane();
      advance(lane, cursor("tracker-a", Shop.STOCK, 5));
      advance(lane, cursor("tracker-a", PRICES, 5));
      advance(b.lane(), cursor("tracker-b", Shop.STOCK, 4));
      advance(lane, cursor("tracker-a", Shop.STOCK, 9));

      assertThat(
              await(
                  () -> hub.cursors().cursors(Shop.SOURCE),
                  all -> all.contains(cursor("tracker-a", Shop.STOCK, 9))))
          .containsExactlyInAnyOrder(
              cursor("tracker-a", Shop.STOCK, 9),
              cursor("tracker-a", PRICES, 5),
              cursor("tracker-b", Shop.STOCK, 4));
      assertThat(hub.cursors().cursors(Shop.SOURCE, PRICES))
          .containsExactly(cursor("tracker-a", PRICES, 5));
      assertThat(hub.cursors().cursors("another")).isEmpty();
    }
  }

  @Test
  void aSecondProcessOfTheSameNameEndsTheFirst() throws Exception {
    try (HubPublisher first = hub.publisher("tracker-a", BUFFER)) {
      HubPublisher.Lane lane = first.lane();
      advance(lane, cursor("tracker-a", Shop.STOCK, 5));
      try (HubPublisher second = hub.publisher("tracker-a", BUFFER)) {
        advance(second.lane(), cursor("tracker-a", Shop.STOCK, 6));

        assertThatThrownBy(
                () -> {
                  lane.publish(message(Shop.update(1, 7, 1)));
                  advance(lane, cursor("tracker-a", Shop.STOCK, 7));
                })
            .hasMessageContaining("another process publishes under the same tracker name");
        assertThat(await(first::isAlive, alive -> !alive)).isFalse();
        assertThat(second.isAlive()).isTrue();
        assertThat(
                await(
                    () -> hub.cursors().cursors(Shop.SOURCE),
                    all -> all.stream().anyMatch(cursor -> cursor.version() == 6)))
            .extracting(Cursor::version)
            .containsExactly(6L);
      }
    }
  }

  @Test
  void theFirstClaimOfASubjectWinsForEverybody() throws Exception {
    try (Hub other = open()) {
      assertThat(other.claims().holder("shop/fork/A")).isEmpty();
      Claim won = hub.claims().claim("shop/fork/A", "tracker-a", "2");
      Claim lost = other.claims().claim("shop/fork/A", "tracker-b", "3");

      assertThat(won).isEqualTo(new Claim("shop/fork/A", "tracker-a", "2"));
      assertThat(lost).isEqualTo(won);
      assertThat(other.claims().holder("shop/fork/A")).contains(won);
      assertThat(hub.claims().claim("shop/fork/B", "tracker-b", "3").claimant())
          .isEqualTo("tracker-b");
    }
  }

  @Test
  void whatRestsIsTheSameForEverybodyAndNobodyUndoesAnother() throws Exception {
    try (Hub other = open()) {
      Pauses here = new Pauses(hub.claims());
      Pauses there = new Pauses(other.claims());
      Pause orders = new Pause(Part.of(Shop.STOCK), "索引", Shop.NOON);
      Pause local = new Pause(Part.warehouse("local"), "", Shop.NOON.plusMillis(789));

      assertThat(there.look()).isEmpty();
      here.pause(orders, "a");
      there.pause(local, "b");
      assertThat(here.look()).containsExactly(orders, local);
      assertThat(there.resume(List.of(orders.part(), Part.SOURCE), "b")).containsExactly(orders);
      assertThat(here.look()).containsExactly(local);
      assertThat(new Pauses(other.claims()).look()).containsExactly(local);
    }
  }

  @Test
  void aSchemaStoredByOneIsFoundByAnother() throws Exception {
    SchemaRecord schema = Shop.record(Shop.SCHEMA);
    try (Hub other = open()) {
      assertThat(other.schemas().find(schema.schemaId())).isEmpty();

      hub.schemas().put(schema);
      hub.schemas().put(schema);

      assertThat(other.schemas().find(schema.schemaId())).contains(schema);
      assertThat(other.schemas().of(Shop.SOURCE, Shop.STOCK)).containsExactly(schema);
      assertThat(other.schemas().of(Shop.SOURCE, PRICES)).isEmpty();
    }
  }

  private static DeadLetter letter(int number, byte @Nullable [] routingKey) {
    return letter("renkei.hub", number, routingKey);
  }

  private static DeadLetter letter(String stream, int number, byte @Nullable [] routingKey) {
    return new DeadLetter(
        stream,
        2,
        number,
        "dbo.Stock: no such column",
        Map.of("table_name", "dbo.Stock", "odd", "連携 \"'\\"),
        routingKey,
        new byte[] {0, (byte) 0xFF, (byte) number},
        Shop.NOON.plusSeconds(number));
  }

  @Test
  void deadLettersComeBackWithTheirBytesAndReasonsTheNewestFirst() throws Exception {
    DeadLetter older = letter(41, "key".getBytes(StandardCharsets.UTF_8));
    DeadLetter newer = letter(42, null);
    hub.deadLetters().put(older);
    hub.deadLetters().put(newer);

    try (Hub other = open()) {
      assertThat(other.deadLetters().newest(5))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(newer, older);
      assertThat(other.deadLetters().newest(1))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(newer);
    }
  }

  @Test
  void aLetterThatIsSentBackArrivesAsItWasAndIsOpenNoMore() throws Exception {
    List<DeadLetter> letters = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int product = 0; product < 3; product++) {
      EncodedMessage message = message(Shop.update(product, 5, product));
      Map<String, String> attributes = new HashMap<>();
      HeaderCodec.write(message.attributes(), attributes::put);
      ids.add(message.attributes().uniqueId());
      letters.add(
          new DeadLetter(
              publishedStream(hub),
              0,
              product,
              product == 1 ? "No such column" : "another reason",
              attributes,
              message.routingKey(),
              message.payload(),
              Shop.NOON.plusSeconds(product)));
      hub.deadLetters().put(letters.get(product));
    }
    LetterFilter second = new LetterFilter(null, new TablePattern("dbo.St*"), "such COLUMN");
    try (Hub other = open()) {
      OpenLetters open = other.openLetters();
      assertThat(open.newest(5, LetterFilter.ALL))
          .extracting(OpenLetters.Listed::offset)
          .containsExactly(2L, 1L, 0L);
      OpenLetters.Listed listed = open.newest(5, second).get(0);
      assertThat(open.find(listed.id())).get().usingRecursiveComparison().isEqualTo(letters.get(1));

      assertThat(open.sendBack(second, 5, sent -> {}))
          .isEqualTo(new OpenLetters.SentBack(1, 0, List.of(), false));

      assertThat(arrived(hub, 1)).containsExactly(ids.get(1));
      assertThat(open.find(listed.id())).isEmpty();
      assertThat(open.sendBack(LetterFilter.id(listed.id()), 5, sent -> {}).sent()).isZero();
      assertThat(open.sendBack(LetterFilter.ALL, 1, sent -> {}))
          .isEqualTo(new OpenLetters.SentBack(1, 0, List.of(), true));
      assertThat(open.newest(5, LetterFilter.ALL)).hasSize(1);
      assertThat(open.sendBack(LetterFilter.ALL, 9, sent -> {}).more()).isFalse();
      assertThat(open.newest(5, LetterFilter.ALL)).isEmpty();
    }
    assertThat(hub.deadLetters().newest(5)).isEmpty();
    hub.deadLetters().put(letters.get(0));
    assertThat(hub.openLetters().newest(5, LetterFilter.ALL)).hasSize(1);
  }

  @Test
  void aLetterThatCannotBeSentBackStaysOpenAndItsReasonIsTold() throws Exception {
    hub.deadLetters().put(letter(nowhere(hub), 1, null));
    OpenLetters.Listed listed = hub.openLetters().newest(1, LetterFilter.ALL).get(0);

    OpenLetters.SentBack result = hub.openLetters().sendBack(LetterFilter.ALL, 5, sent -> {});

    assertThat(result).returns(0L, OpenLetters.SentBack::sent).returns(1L, r -> r.refused());
    assertThat(result.reasons())
        .singleElement()
        .satisfies(
            reason -> assertThat(reason).startsWith(listed.id() + ": ").contains("is no more"));
    assertThat(hub.openLetters().newest(1, LetterFilter.ALL)).containsExactly(listed);
    assertThat(hub.openLetters().find("no such")).isEmpty();
  }

  private static List<Command> poll(Follower follower, int expected) throws Exception {
    List<Command> commands = new ArrayList<>();
    await(
        () -> commands.addAll(follower.poll(Duration.ofMillis(200))),
        any -> commands.size() >= expected);
    commands.addAll(follower.poll(Duration.ofMillis(200)));
    return commands;
  }

  @Test
  void everyReaderGetsEveryCommandAndAfterARestartWhatItWasNotDoneWith() throws Exception {
    try (Follower early = hub.commands().follow("tracker-a")) {
      hub.commands().send(FIRST);
      try (Follower late = hub.commands().follow("loader-local")) {
        assertThat(poll(early, 1)).containsExactly(FIRST);
        early.done();
        hub.commands().send(SECOND);
        assertThat(poll(late, 2)).containsExactly(FIRST, SECOND);
        assertThat(poll(early, 1)).containsExactly(SECOND);
      }
    }

    try (Follower again = hub.commands().follow("tracker-a")) {
      assertThat(poll(again, 1)).containsExactly(SECOND);
      again.done();
    }
  }

  @Test
  void aLongStreamOfRowsWithoutACursorIsNotHeldBack() throws Exception {
    try (HubPublisher publisher = hub.publisher("tracker-a", BUFFER)) {
      HubPublisher.Lane lane = publisher.lane();
      int rows = 12_000;
      for (int product = 0; product < rows; product++) {
        lane.publish(message(Shop.snapshotRow(product, 5, 1, 1)));
      }

      assertThat(arrived(hub, rows)).hasSize(rows);
      assertThat(hub.cursors().cursors(Shop.SOURCE)).isEmpty();
    }
  }

  @Test
  void itSaysWhereItIsAndThatItAnswers() {
    assertThat(hub.isReachable()).isTrue();
    assertThat(hub.address()).isNotBlank();
  }
}
