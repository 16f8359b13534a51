package dev.renkei.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.feature.FeatureSink;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FeatureFeedTest {
  private static final TableName SALES = new TableName("features", "sales");

  private final List<Long> written = new CopyOnWriteArrayList<>();
  private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
  private final List<String> letters = new CopyOnWriteArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);

  @Test
  void goesOnWithANewReaderWhenTheHubHasFailed() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    FeatureFeed.Reading reading =
        () -> {
          int time = opened.incrementAndGet();
          if (time == 1) {
            throw new HubException("no broker");
          }
          return time == 2 ? new Reader(List.of(1L), true) : new Reader(List.of(1L, 2L), false);
        };

    try (FeatureFeed feed =
        FeatureFeed.start("features", reading, Set.of(SALES.toString()), sink(), letters(false))) {
      done.await();

      assertThat(opened).hasValue(3);
      assertThat(written).containsExactly(1L, 1L, 2L);
      assertThat(acknowledged).containsExactly(1L, 1L, 2L);
      while (feed.problem() != null) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void whatIsRefusedIsNotAcknowledgedBeforeItsLetterIsThere() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    FeatureFeed.Reading reading =
        () -> {
          opened.incrementAndGet();
          return new Reader(List.of(-1L, 2L), false);
        };

    try (FeatureFeed feed =
        FeatureFeed.start("features", reading, Set.of(SALES.toString()), sink(), letters(true))) {
      done.await();

      assertThat(feed.written()).isPositive();
      assertThat(opened).hasValue(2);
      assertThat(letters).containsExactly("too large");
      assertThat(acknowledged).containsExactly(-1L, 2L);
    }
  }

  /** Delivers its rows, then fails or falls silent. */
  private final class Reader implements SharedReader {
    private final Queue<Long> rows;
    private final boolean fails;

    Reader(List<Long> rows, boolean fails) {
      this.rows = new ArrayDeque<>(rows);
      this.fails = fails;
    }

    @Override
    public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
      if (!rows.isEmpty()) {
        List<Delivery> all = rows.stream().map(FeatureFeedTest.this::delivery).toList();
        rows.clear();
        return all;
      }
      if (fails) {
        throw new HubException("another has its place");
      }
      TimeUnit.MILLISECONDS.sleep(1); // as a reader waits
      return List.of();
    }

    @Override
    public void close() {}
  }

  private Delivery delivery(long number) {
    MessageAttributes attributes =
        new MessageAttributes(
            "id-" + number,
            SALES,
            ChangeType.UPDATE,
            new Sequence(1, Math.abs(number), 0),
            "schema",
            "shop",
            0,
            null);
    HubRecord message = new HubRecord(0, number, 0, attributes, Map.of(), null, new byte[0]);
    return new Delivery() {
      @Override
      public HubRecord message() {
        return message;
      }

      @Override
      public void acknowledge() {
        acknowledged.add(number);
        if (number == 2) {
          done.countDown();
        }
      }

      @Override
      public void release() {}
    };
  }

  /** Refuses rows of numbers below zero. */
  private FeatureSink sink() {
    return new FeatureSink() {
      @Override
      public List<Refused> write(List<HubRecord> rows) {
        rows.stream().map(HubRecord::offset).filter(number -> number > 0).forEach(written::add);
        return rows.stream()
            .filter(row -> row.offset() < 0)
            .map(row -> new Refused(row, "too large"))
            .toList();
      }

      @Override
      public void close() {}
    };
  }

  /** Of which the first may fail. */
  private DeadLetters letters(boolean firstFails) {
    AtomicInteger tries = new AtomicInteger();
    return new DeadLetters() {
      @Override
      public void put(DeadLetter letter) throws HubException {
        if (tries.incrementAndGet() == 1 && firstFails) {
          throw new HubException("no broker");
        }
        letters.add(letter.reason());
      }

      @Override
      public List<DeadLetter> newest(int atMost) {
        return List.of();
      }
    };
  }
}
