package dev.renkei.demo;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.demo.Sightings.Place;
import dev.renkei.demo.Topic.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What became of each committed change: from ledger, raw topic and hub topic. */
final class Accounts {
  private static final int SNAPSHOT_BITS = 12;

  private final Map<TableName, Integer> tables = new HashMap<>();
  private final Sightings changes = new Sightings();
  private final Map<Long, Long> newest = new HashMap<>();
  private final Map<Integer, Long> firstSnapshot = new HashMap<>();
  private final Sightings snapshotRows = new Sightings();
  private long rawMessages;

  private long committed;
  private long delivered;
  private long collapsed;
  private long superseded;
  private long duplicatesRemoved;
  private long snapshots;
  private long strange;
  private long twice;
  private long neverRead;
  private long dropped;

  static Accounts of(Ledger ledger, Topic raw, Topic hub)
      throws HubException, InterruptedException {
    Accounts accounts = new Accounts();
    ledger.forEach(
        (version, table, key, deleted) ->
            accounts.see(Place.LEDGER, accounts.number(table), key, version));
    // What flows and clients make is in these topics too, and in no ledger.
    raw.forEach(message -> ofShop(message, accounts::inRaw));
    hub.forEach(message -> ofShop(message, accounts::inHub));
    accounts.close();
    return accounts;
  }

  private static void ofShop(Message message, Consumer<Message> to) {
    if (Shop.has(message.table())) {
      to.accept(message);
    }
  }

  private void see(Place place, int table, String key, long version) {
    changes.add(place, table, TextHash.of(table, key), version);
  }

  private void inRaw(Message message) {
    if (isChange(message)) {
      rawMessages++;
      see(Place.RAW, number(message.table()), message.key(), message.sequence().version());
    }
  }

  private void inHub(Message message) {
    if (message.type() == ChangeType.CONTROL) {
      return;
    }
    int table = number(message.table());
    long key = TextHash.of(table, message.key());
    long version = message.sequence().version();
    int snapshot = message.sequence().snapshot();
    newest.merge(key, version << SNAPSHOT_BITS | snapshot, Math::max);
    if (isChange(message)) {
      changes.add(Place.HUB, table, key, version);
    } else {
      firstSnapshot.merge(table, version, Math::min);
      snapshotRows.add(Place.HUB, table, key, version << SNAPSHOT_BITS | snapshot);
    }
  }

  private static boolean isChange(Message message) {
    return message.type() != ChangeType.CONTROL && message.type() != ChangeType.SNAPSHOT_ROW;
  }

  private void close() {
    changes.forEach(this::judge);
    snapshotRows.forEach((table, key, version, inLedger, inRaw, inHub) -> snapshots++);
  }

  private void judge(int table, long key, long version, int inLedger, int inRaw, int inHub) {
    committed += inLedger;
    delivered += inHub;
    duplicatesRemoved += Math.max(0, inRaw - inHub);
    if (inLedger == 0) {
      strange++;
    }
    if (inHub > 1) {
      twice++;
    }
    if (inHub > 0 || inLedger == 0) {
      return;
    }
    boolean followed =
        newest.getOrDefault(key, 0L) > version << SNAPSHOT_BITS
            || firstSnapshot.getOrDefault(table, 0L) >= version;
    if (inRaw > 0) {
      superseded += followed ? 1 : 0;
      dropped += followed ? 0 : 1;
    } else {
      collapsed += followed ? 1 : 0;
      neverRead += followed ? 0 : 1;
    }
  }

  private int number(TableName table) {
    return tables.computeIfAbsent(table, t -> tables.size());
  }

  long committed() {
    return committed;
  }

  long delivered() {
    return delivered;
  }

  long collapsed() {
    return collapsed;
  }

  long superseded() {
    return superseded;
  }

  long rawMessages() {
    return rawMessages;
  }

  long duplicatesRemoved() {
    return duplicatesRemoved;
  }

  long snapshots() {
    return snapshots;
  }

  /** What does not add up, as sentences. */
  List<String> unbalanced() {
    List<String> sentences = new ArrayList<>();
    say(sentences, strange, "changes are in the topics that the writer's ledger does not have");
    say(sentences, twice, "changes are in the hub more than once");
    say(sentences, neverRead, "committed changes were never read, and nothing newer of their rows");
    say(
        sentences,
        dropped,
        "changes were read and did not reach the hub, and nothing newer of their rows");
    if (committed != collapsed + delivered + superseded) {
      sentences.add(
          "committed %d is not collapsed %d + delivered %d + superseded %d"
              .formatted(committed, collapsed, delivered, superseded));
    }
    if (rawMessages - duplicatesRemoved != delivered) {
      sentences.add(
          "raw messages %d less duplicates %d are not what was delivered, %d"
              .formatted(rawMessages, duplicatesRemoved, delivered));
    }
    return sentences;
  }

  private static void say(List<String> sentences, long count, String what) {
    if (count > 0) {
      sentences.add(count + " " + what);
    }
  }
}
