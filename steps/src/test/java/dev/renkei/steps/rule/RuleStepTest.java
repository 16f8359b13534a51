package dev.renkei.steps.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.notification.Notification;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.TableMessages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleStepTest {
  private static final String ONE_LEFT = "row.Quantity == 1 && before.Quantity > 1";

  private static Rule rule(String name, String when) {
    return rule(name, when, null, List.of(), List.of());
  }

  private static Rule rule(
      String name,
      String when,
      Rule.@Nullable Throttle throttle,
      List<String> include,
      List<String> topics) {
    return new Rule(
        name,
        List.of(new TablePattern("dbo.Stock"), new TablePattern("events.*")),
        when,
        throttle,
        include,
        Duration.ofHours(1),
        topics);
  }

  @Test
  void firesWhereAKnownRowCrossesAndTellsWhatItWas() {
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));

    stocks.take(Stocks.insert(5, 7, 2)).take(Stocks.update(6, 7, 1));

    String id = Notification.idOf("last_one", "shop/dbo.Stock/1/6/[\"7\"]");
    assertThat(stocks.told())
        .containsExactly(
            """
            {"id":"%s","rule":"last_one","source":"shop","table":"dbo.Stock","type":"U",\
            "key":{"ProductID":7},"row":{"ProductID":7,"Quantity":1,"Price":null,"Shelf":"A"},\
            "before":{"Quantity":2},"suppressed":0,"changed_at":"2024-05-01T11:59:59Z",\
            "fired_at":"2024-05-01T12:00:00Z","change":{"id":"shop/dbo.Stock/1/6/[\\"7\\"]",\
            "epoch":1,"version":6,"snapshot":0}}"""
                .formatted(id));
    assertThat(stocks.counted()).containsExactly("quiet", "fired");
    assertThat(id).matches("ntf_[0-9a-f]{32}");
  }

  /** Each case: messages about product 7 as letter, version, quantity; then what was counted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      value = {
        "I5:2 U6:1           → quiet fired",
        "I5:2 U6:1 U7:1      → quiet fired quiet",
        "I5:2 U6:1 U7:2 U8:1 → quiet fired quiet fired",
        "U6:1                → quiet",
        "R5:2 U6:1           → remembered fired",
        "R5:1                → remembered",
        "R5:2 R6:2           → remembered remembered",
        "R5:2 R6:1           → remembered fired",
        "I5:2 R5:2 U6:1      → quiet remembered fired",
        "I5:2 U6:1 U6:1      → quiet fired older",
        "I5:2 U6:1 I5:2 U6:1 → quiet fired older older",
        "I5:2 R6:1 U6:1      → quiet fired older",
        "U6:1 I5:2           → quiet older",
        "I5:2 D6 I7:1        → quiet quiet quiet",
        "I5:2 D6 D7          → quiet quiet remembered",
        "I5:2 D6 R7:1        → quiet quiet quiet",
        "I5:2 D6 U6:1        → quiet quiet older",
        "I5:- U6:1           → quiet quiet",
        "I5:2 U6:- U7:1      → quiet quiet quiet",
      })
  void goesBySequenceAndByWhatItKnows(String changes, String counted) {
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));

    stocks(stocks, changes);

    assertThat(String.join(" ", stocks.counted())).isEqualTo(counted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      value = {
        "type == 'I'                         → I5:2 U6:1 D7 I8:1 → fired quiet quiet fired",
        "type == 'I'                         → U5:2 U6:1         → quiet quiet",
        "type == 'U'                         → U5:2 I6:1         → fired fired",
        "type == 'U'                         → R5:2 R6:2 R7:3    → remembered remembered fired",
        "type == 'I'                         → I5:2 D6 R7:3      → fired quiet fired",
        "type == 'D'                         → I5:2 D6 D7        → quiet fired remembered",
        "type == 'D'                         → D6                → fired",
        "type == 'D' && before.Quantity == 2 → I5:2 D6           → quiet fired",
        "row.Quantity == null                → I5:2 D6           → quiet fired",
        "before.Quantity == null             → I5:2 U6:3         → fired quiet",
        "row.Quantity == 1                   → R5:1 U6:1 U7:1    → remembered fired fired",
        "1 / row.Quantity == 1               → I5:0              → rule r has no value for a row of dbo.Stock: a division by zero at column 3",
      })
  void judgesWhatAChangeIsByItsOwnLastRow(String when, String changes, String counted) {
    Stocks stocks = new Stocks(rule("r", when));

    stocks(stocks, changes);

    assertThat(String.join(" ", stocks.counted())).isEqualTo(counted);
  }

  private static void stocks(Stocks stocks, String changes) {
    for (String change : changes.split(" ")) {
      String[] parts = change.substring(1).split(":");
      long version = Long.parseLong(parts[0]);
      Integer quantity =
          parts.length < 2 || parts[1].equals("-") ? null : Integer.valueOf(parts[1]);
      stocks.take(
          switch (change.charAt(0)) {
            case 'I' -> Stocks.insert(version, 7, quantity);
            case 'U' -> Stocks.update(version, 7, quantity);
            case 'R' -> Stocks.snapshot(version, (int) version, 7, quantity);
            default -> Stocks.delete(version, 7);
          });
    }
  }

  @Test
  void oneRowSaysNothingOfAnother() {
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));

    stocks.take(Stocks.insert(5, 7, 2)).take(Stocks.update(6, 8, 1));

    assertThat(stocks.told()).isEmpty();
    assertThat(stocks.remembered()).isEqualTo(2);
  }

  @Test
  void otherTablesArePassedOverAndNotRemembered() {
    TableSchema orders = new TableSchema(new TableName("dbo", "Orders"), Stocks.SCHEMA.columns());
    Stocks stocks = new Stocks(rule("r", "true"));

    stocks.take(Stocks.message(ChangeType.INSERT, 5, 0, orders, 7, 1, null, "A"));

    assertThat(stocks.counted()).containsExactly("passed_over");
    assertThat(stocks.remembered()).isZero();
  }

  @Test
  void aNotificationCarriesTheColumnsThatAreIncluded() {
    Stocks stocks =
        new Stocks(
            rule("r", "row.Quantity == 1", null, List.of("shelf", "Quantity"), List.of("low")));

    stocks.take(Stocks.insert(5, 7, 2)).take(Stocks.update(6, 7, 1));

    assertThat(stocks.told())
        .hasSize(2)
        .allSatisfy(
            told ->
                assertThat(told)
                    .contains(
                        "\"row\":{\"Quantity\":1,\"Shelf\":\"A\"}",
                        "\"before\":{\"Quantity\":2,\"Shelf\":\"A\"}"))
        .last()
        .asString()
        .startsWith("topic-low {");
  }

  @Test
  void aDeleteHasNoRowAndAnInsertNothingBefore() {
    Stocks stocks = new Stocks(rule("r", "row.Quantity == 1 || before.Quantity == 1"));

    stocks.take(Stocks.insert(5, 7, 1)).take(Stocks.delete(6, 7));

    List<String> told = stocks.told();
    assertThat(told.get(0)).contains("\"type\":\"I\"", "\"before\":null");
    assertThat(told.get(1))
        .contains("\"type\":\"D\"", "\"key\":{\"ProductID\":7},\"row\":null")
        .contains("\"before\":{\"Quantity\":1}");
  }

  @Test
  void aThrottleHoldsForTheRowAndTellsHowManyItSuppressed() {
    Rule.Throttle throttle = new Rule.Throttle(2, Duration.ofMinutes(10));
    Stocks stocks =
        new Stocks(rule("r", "row.Quantity == 1", throttle, List.of("Quantity"), List.of()));

    for (int minute = 0; minute < 14; minute++) {
      stocks.at(Duration.ofMinutes(minute)).take(Stocks.update(5 + minute, 7, 1));
    }
    stocks.take(Stocks.update(50, 8, 1));

    assertThat(
            stocks.told().stream()
                .map(
                    told ->
                        told.replaceAll(
                            ".*\"suppressed\":(\\d+).*\"version\":(\\d+).*", "$2 after $1")))
        .containsExactly("5 after 0", "6 after 0", "15 after 8", "16 after 0", "50 after 0");
  }

  @Test
  void whatReachedTheStreamTooLongAgoIsOnlyRemembered() {
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));

    stocks
        .at(Duration.ofMinutes(61))
        .take(Stocks.insert(5, 7, 2), Stocks.NOON)
        .take(Stocks.update(6, 7, 1), Stocks.NOON)
        .take(Stocks.update(7, 7, 2))
        .take(Stocks.update(8, 7, 1));

    assertThat(stocks.counted()).containsExactly("quiet", "too_old", "quiet", "fired");
  }

  @Test
  void rulesThatDoNotFitSetTheirMessageAsideAndLeaveOthersAlone() {
    Stocks stocks =
        new Stocks(
            rule("a", "row.Quantty == 1"),
            rule("b", "row.Quantity == 1"),
            rule("c", "row.Quantity == 1", null, List.of("Shelv"), List.of()));

    stocks.take(Stocks.insert(5, 7, 1));

    assertThat(stocks.told()).hasSize(1);
    assertThat(stocks.counted())
        .containsExactly(
            "rule a does not fit dbo.Stock: line 1, column 5: dbo.Stock has no column 'Quantty'; the nearest is 'Quantity'",
            "rule c includes a column 'Shelv', which dbo.Stock does not have; the nearest is 'Shelf'",
            "fired");
  }

  @Test
  void aNewSchemaKeepsWhatIsKnownByName() {
    List<Column> columns = new ArrayList<>(Stocks.SCHEMA.columns());
    columns.add(1, new Column("Note", TypeKind.NVARCHAR, 20, 0, 0, null, true, 0, false));
    TableSchema wider = new TableSchema(Stocks.SCHEMA.table(), columns);
    columns.set(2, new Column("Quantity", TypeKind.BIGINT, 0, 0, 0, null, true, 0, false));
    TableSchema longer = new TableSchema(Stocks.SCHEMA.table(), columns);
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));

    stocks
        .take(Stocks.insert(5, 7, 2))
        .take(Stocks.message(ChangeType.UPDATE, 6, 0, wider, 7, "n", 1, null, "A"))
        .take(Stocks.message(ChangeType.UPDATE, 7, 0, wider, 7, "n", 2, null, "A"))
        .take(Stocks.message(ChangeType.UPDATE, 8, 0, longer, 7, "n", 1L, null, "A"))
        .take(Stocks.message(ChangeType.SNAPSHOT_ROW, 9, 1, longer, 7, "n", 1L, null, "A"));

    assertThat(stocks.counted()).containsExactly("quiet", "fired", "quiet", "quiet", "remembered");
  }

  @Test
  void deletedRowsAndEventsAreForgottenAndRowsThatLiveAreNot() {
    TableSchema viewed =
        new TableSchema(new TableName("events", "page_view"), Stocks.SCHEMA.columns());
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT));
    stocks
        .take(Stocks.insert(5, 7, 2))
        .take(Stocks.insert(5, 8, 2))
        .take(Stocks.delete(6, 8))
        .take(Stocks.insert(5, 9, 2))
        .take(Stocks.delete(6, 9))
        .take(Stocks.insert(7, 9, 2))
        .take(Stocks.message(ChangeType.INSERT, 1, 0, viewed, 1, 2, null, "A"));

    stocks.at(Duration.ofDays(14)).awake();

    assertThat(stocks.remembered()).isEqualTo(2);
    stocks.counted();
    stocks.take(Stocks.update(9, 7, 1)).take(Stocks.update(9, 9, 1));
    assertThat(stocks.counted()).containsExactly("fired", "fired");
  }

  @Test
  void aFlowThatWasAwayForgetsLater() {
    Stocks stocks = new Stocks(rule("last_one", ONE_LEFT)).take(Stocks.delete(6, 8));

    assertThat(stocks.at(Duration.ofDays(15)).awake().remembered()).isEqualTo(1);
    assertThat(stocks.at(Duration.ofDays(29)).awake().remembered()).isZero();
  }

  @Test
  void theStepTravels() throws Exception {
    RuleStep step =
        new RuleStep(
            List.of(
                rule(
                    "a",
                    ONE_LEFT,
                    new Rule.Throttle(1, Duration.ofHours(1)),
                    List.of(),
                    List.of("low"))),
            new TableMessages(
                "shop",
                () -> {
                  throw new HubException("not opened in this test");
                }),
            Duration.ofDays(7));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(step);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((RuleStep) in.readObject()).outputs()).containsExactly("main", "topic-low");
    }
  }

  /** Whatever comes again, and in between whatever: the same notifications as without. */
  @Test
  void repetitionsChangeNothing() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Stocks once = new Stocks(rule("last_one", ONE_LEFT), rule("gone", "type == 'D'"));
      Stocks again = new Stocks(rule("last_one", ONE_LEFT), rule("gone", "type == 'D'"));
      List<FlowMessage> history = new ArrayList<>();
      Map<Integer, Integer> expected = new HashMap<>();
      Set<Integer> deleted = new HashSet<>();
      int crossings = 0;
      int deletes = 0;
      for (int version = 1; version <= 60; version++) {
        int product = random.nextInt(3);
        int quantity = random.nextInt(4);
        FlowMessage message =
            quantity == 3
                ? Stocks.delete(version, product)
                : Stocks.update(version, product, quantity);
        Integer before = expected.get(product);
        if (quantity == 3) {
          expected.remove(product);
          deletes += deleted.add(product) ? 1 : 0;
        } else {
          crossings += quantity == 1 && before != null && before > 1 ? 1 : 0;
          expected.put(product, quantity);
          deleted.remove(product);
        }
        history.add(message);
        once.take(message);
        again.take(message);
        again.take(history.get(random.nextInt(history.size())));
      }
      List<String> told = once.told();
      assertThat(again.told()).isEqualTo(told);
      assertThat(told.stream().filter(t -> t.contains("last_one"))).hasSize(crossings);
      assertThat(told.stream().filter(t -> t.contains("\"gone\""))).hasSize(deletes);
    }
  }
}
