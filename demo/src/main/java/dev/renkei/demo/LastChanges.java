package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import dev.renkei.demo.SourceRows.Tracked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger holds to be the last change of each key. Change Tracking must say the same, or
 * one of the two witnesses is wrong.
 */
final class LastChanges {
  private static final int NAMED = 5;

  private final Map<TableName, Map<String, Tracked>> byTable = new HashMap<>();

  static LastChanges of(Ledger ledger) {
    LastChanges last = new LastChanges();
    ledger.forEach(
        (version, table, key, deleted) ->
            last.byTable
                .computeIfAbsent(table, t -> new HashMap<>())
                .put(key, new Tracked(version, deleted)));
    return last;
  }

  /** Sentences about keys on which the witnesses disagree; the first few. */
  List<String> disagreements(TableName table, Map<String, Tracked> tracked) {
    Map<String, Tracked> written = byTable.getOrDefault(table, Map.of());
    return Stream.concat(
            written.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(tracked.get(entry.getKey())))
                .map(Map.Entry::getKey),
            tracked.keySet().stream().filter(key -> !written.containsKey(key)))
        .limit(NAMED)
        .map(
            key ->
                "%s %s: the writer's ledger says %s, Change Tracking %s"
                    .formatted(table, key, said(written.get(key)), said(tracked.get(key))))
        .toList();
  }

  private static String said(@Nullable Tracked change) {
    return change == null
        ? "nothing"
        : (change.deleted() ? "deleted at " : "written at ") + change.version();
  }
}
