package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes that are written together. One that has to be looked up waits until what came before it
 * of its key is written.
 */
final class Round {
  private Round() {}

  /** Rounds in order; each table's changes keep theirs. */
  static List<List<Map.Entry<LiveTable, List<Change>>>> split(
      Map<LiveTable, List<Change>> byTable) {
    List<List<Map.Entry<LiveTable, List<Change>>>> rounds = new ArrayList<>();
    for (Map.Entry<LiveTable, List<Change>> entry : byTable.entrySet()) {
      List<List<Change>> parts = split(entry.getKey(), entry.getValue());
      for (int i = 0; i < parts.size(); i++) {
        if (i == rounds.size()) {
          rounds.add(new ArrayList<>());
        }
        rounds.get(i).add(Map.entry(entry.getKey(), parts.get(i)));
      }
    }
    return rounds;
  }

  private static List<List<Change>> split(LiveTable table, List<Change> changes) {
    if (changes.stream().noneMatch(c -> needsLookUp(table, c))) {
      return List.of(changes);
    }
    List<List<Change>> rounds = new ArrayList<>();
    List<Change> round = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (Change change : changes) {
      boolean seen = keys.contains(change.key().folded());
      if (seen && needsLookUp(table, change)) {
        rounds.add(round);
        round = new ArrayList<>();
        keys.clear();
      }
      round.add(change);
      keys.add(change.key().folded());
    }
    rounds.add(round);
    return rounds;
  }

  /** Its row lacks columns that keep their values, or it may be older than what is remembered. */
  static boolean needsLookUp(LiveTable table, Change change) {
    boolean isPartial =
        change.type() != ChangeType.DELETE && table.binding(change.schemaId()).isPartial();
    return isPartial || change.sequence().compareTo(table.purged()) <= 0;
  }
}
