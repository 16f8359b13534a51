package dev.renkei.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.Pause.Part;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final Claims claims = new Claims();

  /** Claims in memory, which counts how often it is asked. */
  private static final class Claims implements ClaimStore {
    private final Map<String, Claim> held = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Claim claim(String subject, String claimant, String content) {
      Claim mine = new Claim(subject, claimant, content);
      Claim earlier = held.putIfAbsent(subject, mine);
      return earlier == null ? mine : earlier;
    }

    @Override
    public Optional<Claim> holder(String subject) {
      asked.incrementAndGet();
      return Optional.ofNullable(held.get(subject));
    }
  }

  private static Pause pause(String warehouse) {
    return new Pause(Part.warehouse(warehouse), "", TIME);
  }

  @Test
  void anotherReasonReplacesTheFirst() throws Exception {
    Pauses pauses = new Pauses(claims);
    pauses.pause(new Pause(Part.SOURCE, "moves", TIME), "a");
    pauses.pause(new Pause(Part.SOURCE, "moves still", TIME), "b");

    assertThat(pauses.look()).containsExactly(new Pause(Part.SOURCE, "moves still", TIME));
  }

  @Test
  void whatChangesNothingIsNotWritten() throws Exception {
    Pauses pauses = new Pauses(claims);
    pauses.pause(pause("a"), "me");
    pauses.pause(pause("a"), "me");
    assertThat(pauses.resume(List.of(Part.flow("rules")), "me")).isEmpty();

    assertThat(claims.held).hasSize(1);
  }

  @Test
  void theNewestOfManyVersionsIsFoundWithFewQuestions() throws Exception {
    Pauses writer = new Pauses(claims);
    for (int i = 0; i < 500; i++) {
      writer.pause(pause("w" + i), "me");
      var unused = writer.resume(List.of(Part.warehouse("w" + i)), "me");
    }
    writer.pause(pause("last"), "me");
    claims.asked.set(0);

    Pauses reader = new Pauses(claims);
    assertThat(reader.look()).containsExactly(pause("last"));
    assertThat(claims.asked).hasValueLessThan(120);
    claims.asked.set(0);
    assertThat(reader.look()).containsExactly(pause("last"));
    assertThat(claims.asked).hasValue(1);
  }

  @Test
  void operatorsAtOnceDoNotUndoOneAnother() throws Exception {
    int operators = 8;
    CyclicBarrier together = new CyclicBarrier(operators);
    List<Thread> threads =
        IntStream.range(0, operators)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try {
                            Pauses mine = new Pauses(claims);
                            together.await();
                            for (int j = 0; j < 20; j++) {
                              mine.pause(pause("w" + i + "-" + j), "operator " + i);
                            }
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(new Pauses(claims).look()).hasSize(operators * 20);
  }

  @Test
  void whatALaterVersionHasWrittenIsSaidToBeSo() {
    claims.held.put(
        "pauses/1",
        new ClaimStore.Claim("pauses/1", "later", "[{\"kind\":\"GALAXY\",\"name\":\"\"}]"));

    assertThatThrownBy(() -> new Pauses(claims).look())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("later version");
  }

  @Test
  void fieldsOfLaterVersionsArePassedOver() throws Exception {
    assertThat(
            Pauses.read(
                "[{\"kind\":\"FLOW\",\"name\":\"mask\",\"more\":{\"a\":[1]},\"since\":\"%s\"}]"
                    .formatted(TIME)))
        .containsExactly(Map.entry(Part.flow("mask"), new Pause(Part.flow("mask"), "", TIME)));
  }
}
