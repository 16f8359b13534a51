package dev.renkei.cli.deploy;

import dev.renkei.core.config.Shown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A key that says something else than before.
 *
 * @param from null where it was not there
 * @param to null where it is not there any more
 */
public record Change(String key, @Nullable String from, @Nullable String to) {
  public Change {
    if (from == null && to == null) {
      throw new IllegalArgumentException(key + " is nowhere");
    }
  }

  /** Everything that differs, by key. Values of secrets are not known, so they never differ. */
  public static List<Change> between(Shown running, Shown next) {
    Map<String, String> before = running.byKey();
    Map<String, String> after = next.byKey();
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<Change> changes = new ArrayList<>();
    for (String key : keys) {
      String from = before.get(key);
      String to = after.get(key);
      if (from == null ? to != null : !from.equals(to)) {
        changes.add(new Change(key, from, to));
      }
    }
    return List.copyOf(changes);
  }

  /** What a list has now and had not before. */
  Set<String> more() {
    return less(items(to), items(from));
  }

  /** What a list had before and has not now. */
  Set<String> less() {
    return less(items(from), items(to));
  }

  private static Set<String> less(Set<String> all, Set<String> without) {
    all.removeAll(without);
    return all;
  }

  private static Set<String> items(@Nullable String list) {
    Set<String> items = new LinkedHashSet<>();
    if (list != null && !list.isEmpty()) {
      items.addAll(List.of(list.split(", ")));
    }
    return items;
  }

  @Override
  public String toString() {
    if (from == null) {
      return "+ %s: %s".formatted(key, to);
    }
    return to == null ? "- %s: %s".formatted(key, from) : "~ %s: %s -> %s".formatted(key, from, to);
  }
}
