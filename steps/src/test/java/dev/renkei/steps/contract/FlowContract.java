package dev.renkei.steps.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.DeadLetterHeaders;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.contract.FlowSite.Arrived;
import dev.renkei.steps.flow.AttributeFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SEMANTICS 28: whatever the engine, the same final state, log rules and dead letters. */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
public abstract class FlowContract {
  /** Above every other version of these tests. */
  private static final long LAST = 1_000_000;

  /** A broker that runs. */
  protected abstract String bootstrapServers() throws Exception;

  /** Runs a flow until it is closed. */
  protected abstract AutoCloseable start(FlowUnderTest flow, FlowSite site) throws Exception;

  @Test
  void whatTwoTrackersReadComesOutOnceAndWhatCannotBeReadIsSetAside() throws Exception {
    try (FlowSite site = new FlowSite(bootstrapServers(), List.of())) {
      Written unreadable = Written.update(1, 7).with(MessageAttributes.EPOCH, "soon");
      Written keyless = Written.update(2, 7).withoutKey(1);
      Written nowhere =
          Written.closing(0)
              .withPayload("{\"control\":\"snapshot_closed\"}")
              .with(MessageAttributes.UNIQUE_ID, "nowhere");
      List<Written> first = new ArrayList<>();
      for (int product = 0; product < 6; product++) {
        first.add(Written.update(product, 10 + product));
        first.add(Written.change(Written.PRICES, ChangeType.UPDATE, product, 5));
      }
      List<Written> second = new ArrayList<>(first);
      second.add(Written.update(3, 9)); // older than what the first has read
      second.add(Written.change(Written.STOCK, ChangeType.DELETE, 4, 20));
      second.add(Written.change(Written.STOCK, ChangeType.SNAPSHOT_ROW, 5, 2));
      second.add(Written.change(Written.STOCK, ChangeType.SNAPSHOT_ROW, 4, 2));
      List<Written> all = new ArrayList<>(first);
      all.addAll(second);
      all.addAll(List.of(unreadable, keyless, nowhere));
      for (int partition = 0; partition < FlowSite.PARTITIONS; partition++) {
        all.add(Written.closing(partition));
      }
      site.writeInVain(List.of(Written.update(0, 500), Written.update(5, 500)));
      site.write(all);
      AttributeFilter onlyStock =
          new AttributeFilter(
              Map.of(MessageAttributes.TABLE_NAME, Set.of(Written.STOCK.toString())));

      try (AutoCloseable flow = start(new FlowUnderTest.Dedupe(onlyStock), site)) {
        site.await(site.hub(), "first part", hub -> hub.size() >= 6 + 1 + 2 + 2);
        site.write(IntStream.range(0, 6).mapToObj(p -> Written.update(p, LAST)).toList());
        List<Arrived> hub = site.await(site.hub(), "last changes", h -> count(h, LAST) >= 6);
        List<Arrived> dead = site.await(site.deadLetters(), "dead letters", d -> d.size() >= 3);

        assertThat(changes(hub))
            .isEqualTo(
                Map.of(
                    "dbo.Stock[0]", List.of(10L, LAST),
                    "dbo.Stock[1]", List.of(11L, LAST),
                    "dbo.Stock[2]", List.of(12L, LAST),
                    "dbo.Stock[3]", List.of(13L, LAST),
                    "dbo.Stock[4]", List.of(14L, 20L, LAST),
                    "dbo.Stock[5]", List.of(15L, LAST)));
        assertThat(keys(hub, ChangeType.SNAPSHOT_ROW))
            .containsExactly("dbo.Stock[4]", "dbo.Stock[5]");
        assertThat(closings(hub)).containsExactly(0, 1);
        assertIntact(all, hub);
        assertSamePartitions(site, hub);
        assertWhole(site, dead, List.of(unreadable, keyless, nowhere));
      }
    }
  }

  @Test
  protected void aStepKeepsItsStateAndItsTimersComeAndItsOutputsAreApart() throws Exception {
    try (FlowSite site = new FlowSite(bootstrapServers(), List.of(Tally.TOLD))) {
      Written aside = Written.update(1, 3).with(MessageAttributes.SCHEMA_ID, Tally.UNKNOWN);
      List<Written> written = new ArrayList<>();
      for (int version = 1; version <= 4; version++) {
        for (int product = 0; product < 5; product++) {
          written.add(Written.update(product, version));
        }
      }
      written.add(aside);
      written.add(Written.change(Written.STOCK, ChangeType.DELETE, 9, 1));
      written.add(Written.update(9, 2));
      written.add(Written.closing(0));
      written.add(Written.closing(1));
      site.write(written);

      try (AutoCloseable flow =
          start(new FlowUnderTest.Keyed(new Tally(Duration.ofMillis(300))), site)) {
        List<Arrived> main = site.await(site.hub(), "numbers", hub -> hub.size() >= 24);
        List<Arrived> told =
            site.await(site.topic(Tally.TOLD), "counts", counts -> told(counts) >= 21);
        List<Arrived> dead = site.await(site.deadLetters(), "dead letter", d -> !d.isEmpty());

        Map<String, List<Integer>> numbers = new TreeMap<>();
        main.stream()
            .filter(m -> m.key() != null)
            .forEach(
                m ->
                    numbers
                        .computeIfAbsent(key(m), k -> new ArrayList<>())
                        .add(Integer.parseInt(m.text(Tally.NUMBER))));
        numbers.values().forEach(Collections::sort);
        for (int product = 0; product < 5; product++) {
          assertThat(numbers.get("dbo.Stock[" + product + "]")).containsExactly(1, 2, 3, 4);
        }
        assertThat(numbers.get("dbo.Stock[9]")).containsExactly(1, 1);
        assertThat(closings(main)).containsExactly(0, 1);
        assertThat(told(told)).isEqualTo(21);
        assertThat(told.stream().map(FlowContract::key).collect(Collectors.toSet())).hasSize(6);
        assertWhole(site, dead, List.of(aside));
      }
    }
  }

  @Test
  @Tag("long")
  void aStepWithoutStatePassesWhatItLetsThrough() throws Exception {
    try (FlowSite site = new FlowSite(bootstrapServers(), List.of())) {
      AttributeFilter deletes =
          new AttributeFilter(Map.of(MessageAttributes.TYPE, Set.of("D", "C")));
      List<Written> written = new ArrayList<>();
      for (int product = 0; product < 5; product++) {
        written.add(Written.update(product, 1));
        written.add(Written.change(Written.STOCK, ChangeType.DELETE, product, 2));
      }
      written.add(Written.closing(0));
      written.add(Written.closing(1));
      site.write(written);

      try (AutoCloseable flow = start(new FlowUnderTest.Stateless(deletes), site)) {
        List<Arrived> hub = site.await(site.hub(), "deletes", h -> h.size() >= 7);

        assertThat(changes(hub)).hasSize(5).allSatisfy((key, v) -> assertThat(v).containsOnly(2L));
        assertThat(closings(hub)).containsExactly(0, 1);
        assertIntact(written, hub);
      }
    }
  }

  @Test
  @Tag("long")
  void inWhateverOrderTrackersWriteEachKeyRisesToItsLatest() throws Exception {
    Random random = new Random(28);
    try (FlowSite site = new FlowSite(bootstrapServers(), List.of())) {
      List<Written> all = new ArrayList<>();
      for (int tracker = 0; tracker < 3; tracker++) {
        List<Written> own = new ArrayList<>();
        for (int change = 0; change < 200; change++) {
          if (random.nextInt(4) > 0) { // each tracker sees other versions
            own.add(Written.update(change % 20, 1 + change));
          }
        }
        all.addAll(own);
      }
      // Trackers are not in step; one has been away.
      Collections.shuffle(all.subList(0, 2 * all.size() / 3), random);
      Map<String, Long> latest = new TreeMap<>();
      all.forEach(w -> latest.merge(key(w), version(w), Math::max));

      try (AutoCloseable flow =
          start(new FlowUnderTest.Dedupe(new AttributeFilter(Map.of())), site)) {
        site.write(all.subList(0, all.size() / 2));
        site.write(all.subList(all.size() / 2, all.size()));
        site.await(site.hub(), "latest of each key", hub -> last(hub).equals(latest));
        site.write(IntStream.range(0, 20).mapToObj(p -> Written.update(p, LAST)).toList());
        List<Arrived> hub = site.await(site.hub(), "last changes", h -> count(h, LAST) >= 20);

        assertThat(changes(hub))
            .hasSize(20)
            .allSatisfy((key, versions) -> assertThat(versions).isSorted().doesNotHaveDuplicates());
        assertIntact(all, hub);
      }
    }
  }

  /** Its state may be lost with it, as on an engine without a savepoint; then copies may come. */
  @Test
  @Tag("long")
  void aFlowThatIsStartedAnewLosesNothing() throws Exception {
    try (FlowSite site = new FlowSite(bootstrapServers(), List.of())) {
      FlowUnderTest dedupe = new FlowUnderTest.Dedupe(new AttributeFilter(Map.of()));
      List<Written> before = new ArrayList<>();
      List<Written> away = new ArrayList<>();
      for (int product = 0; product < 10; product++) {
        before.add(Written.update(product, 10));
        away.add(Written.update(product, 5));
        away.add(Written.update(product, 20));
      }
      away.add(Written.closing(0));
      away.add(Written.closing(1));
      site.write(before);
      try (AutoCloseable flow = start(dedupe, site)) {
        site.await(site.hub(), "first part", hub -> hub.size() >= 10);
      }
      site.write(away);

      try (AutoCloseable flow = start(dedupe, site)) {
        List<Arrived> hub =
            site.await(
                site.hub(),
                "second part",
                h -> count(h, 20) >= 10 && Set.copyOf(closings(h)).size() == 2);

        assertThat(last(hub)).hasSize(10).allSatisfy((key, v) -> assertThat(v).isEqualTo(20));
        List<Written> all = new ArrayList<>(before);
        all.addAll(away);
        assertIntact(all, hub);
      }
    }
  }

  /** What comes out is what went in: no byte, attribute or time is another one. */
  private static void assertIntact(List<Written> written, List<Arrived> arrived) {
    Map<String, Written> byId =
        written.stream()
            .collect(
                Collectors.toMap(
                    w -> w.attributes().getOrDefault(MessageAttributes.UNIQUE_ID, ""),
                    w -> w,
                    (one, other) -> one));
    for (Arrived message : arrived) {
      Written original = byId.get(message.text(MessageAttributes.UNIQUE_ID));
      if (original == null) {
        assertThat(version(message)).isEqualTo(LAST);
        continue;
      }
      assertThat(message.attributes()).isEqualTo(original.attributes());
      assertThat(message.key()).isEqualTo(original.key());
      assertThat(message.payload()).isEqualTo(original.payload());
    }
  }

  private static void assertSamePartitions(FlowSite site, List<Arrived> hub) {
    List<Arrived> raw = site.awaitRaw();
    Map<String, Set<Integer>> there = partitions(raw);
    partitions(hub).forEach((key, in) -> assertThat(in).isEqualTo(there.get(key)));
    Map<String, Set<Object>> times = new TreeMap<>();
    raw.forEach(
        r ->
            times
                .computeIfAbsent(
                    r.text(MessageAttributes.UNIQUE_ID), id -> new java.util.HashSet<>())
                .add(r.at()));
    assertThat(hub)
        .allSatisfy(
            h ->
                assertThat(times.get(h.text(MessageAttributes.UNIQUE_ID)))
                    .contains((Object) h.at()));
  }

  private static Map<String, Set<Integer>> partitions(List<Arrived> messages) {
    Map<String, Set<Integer>> partitions = new TreeMap<>();
    messages.stream()
        .filter(m -> m.key() != null)
        .forEach(m -> partitions.computeIfAbsent(key(m), k -> new TreeSet<>()).add(m.partition()));
    return partitions;
  }

  private static void assertWhole(FlowSite site, List<Arrived> dead, List<Written> expected) {
    assertThat(dead).hasSameSizeAs(expected);
    List<Arrived> raw = site.awaitRaw();
    for (Written message : expected) {
      Arrived letter =
          dead.stream()
              .filter(
                  d ->
                      Arrays.equals(d.payload(), message.payload())
                          && Arrays.equals(d.key(), message.key()))
              .findFirst()
              .orElseThrow();
      Map<String, String> original = new TreeMap<>(letter.attributes());
      original.keySet().removeIf(name -> name.startsWith(DeadLetterHeaders.OURS));
      assertThat(original).isEqualTo(message.attributes());
      assertThat(letter.text(DeadLetterHeaders.REASON)).isNotBlank();
      assertThat(letter.text(DeadLetterHeaders.STREAM)).isEqualTo(site.raw());
      Arrived read =
          raw.stream()
              .filter(
                  r ->
                      r.partition() == Integer.parseInt(letter.text(DeadLetterHeaders.PARTITION))
                          && r.offset() == Long.parseLong(letter.text(DeadLetterHeaders.OFFSET)))
              .findFirst()
              .orElseThrow();
      assertThat(read.payload()).isEqualTo(message.payload());
      assertThat(letter.text(DeadLetterHeaders.AT)).isEqualTo(read.at().toString());
    }
  }

  private static Map<String, List<Long>> changes(List<Arrived> messages) {
    Map<String, List<Long>> versions = new TreeMap<>();
    messages.stream()
        .filter(m -> Set.of("I", "U", "D").contains(m.text(MessageAttributes.TYPE)))
        .forEach(m -> versions.computeIfAbsent(key(m), k -> new ArrayList<>()).add(version(m)));
    return versions;
  }

  private static Map<String, Long> last(List<Arrived> messages) {
    Map<String, Long> last = new TreeMap<>();
    changes(messages).forEach((key, versions) -> last.put(key, Collections.max(versions)));
    return last;
  }

  private static long count(List<Arrived> messages, long version) {
    return messages.stream()
        .filter(m -> m.text(MessageAttributes.VERSION).equals(Long.toString(version)))
        .count();
  }

  private static int told(List<Arrived> counts) {
    return counts.stream().mapToInt(count -> Integer.parseInt(count.text(Tally.COUNT))).sum();
  }

  private static List<String> keys(List<Arrived> messages, ChangeType type) {
    return messages.stream()
        .filter(m -> m.text(MessageAttributes.TYPE).equals(String.valueOf(type.letter())))
        .map(FlowContract::key)
        .sorted()
        .toList();
  }

  /** The partitions in which closings lie. */
  private static List<Integer> closings(List<Arrived> messages) {
    return messages.stream()
        .filter(m -> m.text(MessageAttributes.TYPE).equals("C"))
        .map(Arrived::partition)
        .sorted()
        .toList();
  }

  private static long version(Arrived message) {
    return Long.parseLong(message.text(MessageAttributes.VERSION));
  }

  private static long version(Written message) {
    return Long.parseLong(
        Objects.requireNonNull(message.attributes().get(MessageAttributes.VERSION)));
  }

  private static String key(Arrived message) {
    return new String(Objects.requireNonNull(message.key()), StandardCharsets.UTF_8);
  }

  private static String key(Written message) {
    return new String(Objects.requireNonNull(message.key()), StandardCharsets.UTF_8);
  }
}
