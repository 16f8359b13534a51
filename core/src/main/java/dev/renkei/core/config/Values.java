package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was read of one section. */
final class Values {
  private final String path;
  private final int line;
  private final Map<ValueKey<?>, Object> scalars = new HashMap<>();
  private final Map<ListKey<?>, List<?>> lists = new HashMap<>();
  private final Map<TextsKey, Map<String, String>> texts = new HashMap<>();
  private final Map<Group, Values> groups = new HashMap<>();
  private final Map<Named, Map<String, Values>> named = new HashMap<>();
  private final Map<Groups, List<Values>> sections = new HashMap<>();
  private boolean sound = true;

  Values(String path, int line) {
    this.path = path;
    this.line = line;
  }

  String path() {
    return path;
  }

  int line() {
    return line;
  }

  /** Whether every value of this section itself could be read. */
  boolean isSound() {
    return sound;
  }

  void spoil() {
    sound = false;
  }

  void put(ValueKey<?> key, Object value) {
    scalars.put(key, value);
  }

  void put(ListKey<?> key, List<?> values) {
    lists.put(key, values);
  }

  void put(TextsKey key, Map<String, String> values) {
    texts.put(key, values);
  }

  void put(Group group, Values values) {
    groups.put(group, values);
  }

  void put(Named key, Map<String, Values> values) {
    named.put(key, values);
  }

  void put(Groups key, List<Values> values) {
    sections.put(key, List.copyOf(values));
  }

  /** The value of a key that is required or has a default. */
  <T> T get(ValueKey<T> key) {
    return Objects.requireNonNull(find(key), key.name());
  }

  <T> T get(ValueKey<T> key, T otherwise) {
    T value = find(key);
    return value == null ? otherwise : value;
  }

  <T> @Nullable T find(ValueKey<T> key) {
    Object value = scalars.get(key);
    return value == null ? null : key.type().javaType().cast(value);
  }

  <T> List<T> get(ListKey<T> key) {
    return lists.getOrDefault(key, List.of()).stream()
        .map(value -> key.type().javaType().cast(value))
        .toList();
  }

  Map<String, String> get(TextsKey key) {
    return texts.getOrDefault(key, Map.of());
  }

  Values get(Group group) {
    return Objects.requireNonNull(groups.get(group), group.name());
  }

  List<Values> get(Groups key) {
    return sections.getOrDefault(key, List.of());
  }

  /** In the order of the file. */
  Map<String, Values> get(Named key) {
    return named.getOrDefault(key, new LinkedHashMap<>());
  }
}
