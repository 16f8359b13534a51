package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Several loaders, readers and a changing schema at once: the highest sequence of each key wins.
 */
class ManyWritersTest {
  private static final int WRITERS = 3;
  private static final int REQUESTS = 60;

  /** Highest sequence by key; odd ones are deletes. */
  private final Map<Long, Long> expected = new ConcurrentHashMap<>();

  private Place place(Place place) {
    place.table(
        "t",
        List.of("id"),
        Field.of("id", StandardSQLTypeName.INT64),
        Field.of("name", StandardSQLTypeName.STRING));
    return place;
  }

  private void write(Place place, int writer) throws Exception {
    Random random = new Random(writer);
    try (Rows rows = Rows.upserts(place, "t")) {
      for (int request = 0; request < REQUESTS; request++) {
        List<com.google.protobuf.ByteString> batch = new ArrayList<>();
        for (int row = 0; row < 20; row++) {
          long key = random.nextInt(50);
          long sequence = (long) random.nextInt(1_000_000) * WRITERS + writer;
          boolean gone = sequence % 2 == 1;
          expected.merge(key, sequence, Math::max);
          batch.add(
              rows.row(
                  key,
                  gone ? null : "n" + sequence,
                  gone ? "DELETE" : "UPSERT",
                  Long.toHexString(sequence)));
        }
        rows.send(batch.toArray(new com.google.protobuf.ByteString[0])).get();
      }
    }
  }

  private void read(Place place) throws Exception {
    for (int at = 0; at < 20; at++) {
      assertThat(place.rows("SELECT COUNT(*) - COUNT(DISTINCT id) FROM " + place.name("t")))
          .containsExactly("0");
    }
  }

  private void widen(Place place) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                Field.of("id", StandardSQLTypeName.INT64),
                Field.of("name", StandardSQLTypeName.STRING)));
    for (int at = 0; at < 10; at++) {
      fields.add(Field.of("extra" + at, StandardSQLTypeName.STRING));
      place.bigQuery.getTable(TableId.of(place.dataset, "t")).toBuilder()
          .setDefinition(StandardTableDefinition.of(Schema.of(fields)))
          .build()
          .update();
    }
  }

  @Test
  void theHighestSequenceOfEachKeyWins() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Place place = place(Place.inTheStandIn())) {
      List<Future<?>> work = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        work.add(
            threads.submit(
                () -> {
                  write(place, number);
                  return null;
                }));
      }
      work.add(
          threads.submit(
              () -> {
                read(place);
                return null;
              }));
      work.add(threads.submit(() -> widen(place)));
      for (Future<?> part : work) {
        part.get();
      }
      List<String> there = new ArrayList<>();
      expected.forEach(
          (key, sequence) -> {
            if (sequence % 2 == 0) {
              there.add(key + "|n" + sequence);
            }
          });
      assertThat(place.rows("SELECT id, name FROM " + place.name("t")))
          .containsExactlyInAnyOrderElementsOf(there);
    } finally {
      threads.shutdownNow();
    }
  }
}
