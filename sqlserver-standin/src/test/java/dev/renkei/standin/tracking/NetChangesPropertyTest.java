package dev.renkei.standin.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.tracking.TrackedShop.Change;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random transactions of several writers, seen from random cursors, against a naive model. */
class NetChangesPropertyTest {
  private static final int KEYS = 12;
  private static final List<String> COLUMNS = List.of("name", "note", "amount");

  /** What one write did to one key; the mask is null where all columns count as changed. */
  private record Write(
      char operation, int key, @Nullable Set<Integer> mask, @Nullable String context) {}

  private record Committed(long version, Write write) {}

  private static final class Writer {
    final Session session;
    final List<Write> writes = new ArrayList<>();
    final Set<Integer> locked = new HashSet<>();
    int savepoint = -1;
    Set<Integer> rowsAtSavepoint = Set.of();

    Writer(Session session) {
      this.session = session;
    }
  }

  private final List<Committed> history = new ArrayList<>();
  private final Set<Integer> rows = new TreeSet<>();
  private long version;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void changeTableShowsTheNetOfWhatWasCommitted(long seed) throws Exception {
    Random random = new Random(seed);
    try (TrackedShop shop = TrackedShop.open()) {
      Table table = shop.orders();
      List<Writer> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        writers.add(new Writer(shop.session()));
      }
      try (Session reader = shop.session()) {
        for (int step = 0; step < 250; step++) {
          act(writers.get(random.nextInt(3)), writers, table, random);
          if (step % 5 == 0) {
            check(reader, table, random);
          }
        }
      }
      for (Writer writer : writers) {
        writer.session.close();
      }
    }
  }

  private void check(Session reader, Table table, Random random) throws Exception {
    long since = random.nextInt((int) version + 1);
    assertThat(reader.version()).isEqualTo(version);
    assertThat(reader.changes(table, since)).as("since %d", since).isEqualTo(net(since));
    assertThat(reader.exists(table, since)).isEqualTo(!net(since).isEmpty());
    reader.commit();
  }

  /** The rules, as plainly as possible. */
  private List<Change> net(long since) {
    Map<Integer, List<Committed>> byKey = new TreeMap<>();
    for (Committed c : history) {
      if (c.version() > since) {
        byKey.computeIfAbsent(c.write().key(), k -> new ArrayList<>()).add(c);
      }
    }
    List<Change> net = new ArrayList<>();
    byKey.forEach(
        (key, changes) -> {
          Committed last = changes.get(changes.size() - 1);
          boolean deleted = last.write().operation() == 'D';
          boolean inserted = changes.get(0).write().operation() == 'I';
          Long creation = null;
          Set<Integer> mask = new TreeSet<>();
          boolean all = false;
          for (Committed c : changes) {
            creation = c.write().operation() == 'I' ? Long.valueOf(c.version()) : creation;
            if (c.write().mask() == null) {
              all = true;
            } else {
              mask.addAll(c.write().mask());
            }
          }
          String operation = deleted ? "D" : inserted ? "I" : "U";
          net.add(
              new Change(
                  operation,
                  String.valueOf(key),
                  last.version(),
                  creation,
                  operation.equals("U") && !all ? hex(mask) : null,
                  last.write().context()));
        });
    return net;
  }

  private static String hex(Set<Integer> ids) {
    StringBuilder hex = new StringBuilder("00000000");
    ids.forEach(id -> hex.append("%02x000000".formatted(id)));
    return hex.toString();
  }

  private void act(Writer writer, List<Writer> writers, Table table, Random random)
      throws Exception {
    String t = table.h2Name();
    int key = random.nextInt(KEYS);
    int other = random.nextInt(KEYS);
    byte[] context = random.nextInt(4) == 0 ? new byte[] {(byte) random.nextInt()} : null;
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        if (free(writer, writers, key) && !rows.contains(key)) {
          writer.session.run(
              "INSERT INTO %s VALUES(%d, 'a', 'b', 1)".formatted(t, key), context, null);
          wrote(writer, new Write('I', key, null, TrackedShop.hex(context)));
          rows.add(key);
        }
      }
      case 2, 3, 4 -> {
        if (free(writer, writers, key) && rows.contains(key)) {
          update(writer, t, key, context, random);
        }
      }
      case 5 -> {
        if (free(writer, writers, key) && rows.contains(key)) {
          writer.session.run("DELETE FROM %s WHERE \"id\" = %d".formatted(t, key), context, null);
          wrote(writer, new Write('D', key, null, TrackedShop.hex(context)));
          rows.remove(key);
        }
      }
      case 6 -> {
        if (free(writer, writers, key)
            && free(writer, writers, other)
            && rows.contains(key)
            && !rows.contains(other)) {
          writer.session.update(
              "UPDATE %s SET \"id\" = %d WHERE \"id\" = %d".formatted(t, other, key), "id");
          wrote(writer, new Write('D', key, null, null));
          wrote(writer, new Write('I', other, null, null));
          rows.remove(key);
          rows.add(other);
        }
      }
      case 7 -> rotate(writer, writers, t, random);
      case 8 -> {
        if (writer.savepoint < 0) {
          writer.session.run("SAVEPOINT s");
          writer.savepoint = writer.writes.size();
          writer.rowsAtSavepoint = own(writer);
        } else {
          writer.session.run("ROLLBACK TO SAVEPOINT s");
          undo(writer, writer.savepoint, writer.rowsAtSavepoint);
        }
      }
      case 9 -> {
        writer.session.rollback();
        undo(writer, 0, null);
        ended(writer);
      }
      default -> commit(writer);
    }
  }

  private void update(Writer writer, String t, int key, byte @Nullable [] context, Random random)
      throws Exception {
    Set<String> columns = new HashSet<>();
    Set<Integer> mask = new TreeSet<>();
    List<String> set = new ArrayList<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (random.nextBoolean() || i == 2 && set.isEmpty()) {
        columns.add(COLUMNS.get(i));
        mask.add(i + 2);
        set.add("\"%s\" = %d".formatted(COLUMNS.get(i), random.nextInt(3)));
      }
    }
    writer.session.run(
        "UPDATE %s SET %s WHERE \"id\" = %d".formatted(t, String.join(", ", set), key),
        context,
        columns);
    wrote(writer, new Write('U', key, mask.size() == 3 ? null : mask, TrackedShop.hex(context)));
  }

  /** Every row's key moves up by one, the highest to the lowest: keys leave and enter at once. */
  private void rotate(Writer writer, List<Writer> writers, String t, Random random)
      throws Exception {
    for (int key = 0; key < KEYS; key++) {
      if (!free(writer, writers, key)) {
        return;
      }
    }
    int by = 1 + random.nextInt(KEYS - 1);
    writer.session.update(
        "UPDATE %s SET \"id\" = MOD(\"id\" + %d, %d)".formatted(t, by, KEYS), "id");
    Set<Integer> moved = new TreeSet<>();
    for (int key : rows) {
      wrote(writer, new Write('D', key, null, null));
      moved.add((key + by) % KEYS);
    }
    for (int key : moved) {
      wrote(writer, new Write('I', key, null, null));
    }
    rows.clear();
    rows.addAll(moved);
  }

  private boolean free(Writer writer, List<Writer> writers, int key) {
    for (Writer w : writers) {
      if (w != writer && w.locked.contains(key)) {
        return false;
      }
    }
    if (writer.locked.add(key)) {
      before.computeIfAbsent(writer, w -> new HashMap<>()).put(key, rows.contains(key));
    }
    return true;
  }

  private final Map<Writer, Map<Integer, Boolean>> before = new HashMap<>();

  private void wrote(Writer writer, Write write) {
    writer.writes.add(write);
  }

  private Set<Integer> own(Writer writer) {
    Set<Integer> own = new HashSet<>(rows);
    own.retainAll(writer.locked);
    return own;
  }

  private void undo(Writer writer, int to, @Nullable Set<Integer> rowsThen) {
    writer.writes.subList(to, writer.writes.size()).clear();
    Map<Integer, Boolean> start = before.getOrDefault(writer, Map.of());
    for (int key : writer.locked) {
      boolean there =
          rowsThen == null || !lockedAtSavepoint(writer, key, rowsThen)
              ? start.getOrDefault(key, false)
              : rowsThen.contains(key);
      if (there) {
        rows.add(key);
      } else {
        rows.remove(key);
      }
    }
  }

  /** A key not written before the savepoint is as it was when the transaction began. */
  private static boolean lockedAtSavepoint(Writer writer, int key, Set<Integer> rowsThen) {
    return rowsThen.contains(key) || writer.writes.stream().anyMatch(w -> w.key() == key);
  }

  private void commit(Writer writer) throws Exception {
    writer.session.commit();
    if (!writer.writes.isEmpty()) {
      version++;
      writer.writes.forEach(w -> history.add(new Committed(version, w)));
    }
    ended(writer);
  }

  private void ended(Writer writer) {
    writer.writes.clear();
    writer.locked.clear();
    writer.savepoint = -1;
    before.remove(writer);
  }
}
