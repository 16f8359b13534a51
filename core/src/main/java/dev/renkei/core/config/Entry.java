package dev.renkei.core.config;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A key that may stand in a section of the file. */
sealed interface Entry {
  String name();

  /** For the reference page: what it does, in Markdown. */
  String description();

  /**
   * Reads what stands under the key into its section.
   *
   * @param node null where the key is not given
   * @param path the whole path of the key
   */
  void read(@Nullable YamlNode node, String path, Values into, Reading reading);

  /**
   * A key with one value.
   *
   * @param fallback the default as it would be written; null for none
   * @param required whether the key must be there
   * @param later values that this build refuses as not built yet
   */
  record ValueKey<T>(
      String name,
      ValueType<T> type,
      @Nullable String fallback,
      boolean required,
      Set<String> later,
      String description)
      implements Entry {

    static <T> ValueKey<T> required(String name, ValueType<T> type, String description) {
      return new ValueKey<>(name, type, null, true, Set.of(), description);
    }

    static <T> ValueKey<T> of(String name, ValueType<T> type, String fallback, String description) {
      return new ValueKey<>(name, type, fallback, false, Set.of(), description);
    }

    static <T> ValueKey<T> optional(String name, ValueType<T> type, String description) {
      return new ValueKey<>(name, type, null, false, Set.of(), description);
    }

    ValueKey<T> later(String... values) {
      return new ValueKey<>(name, type, fallback, required, Set.of(values), description);
    }

    /** The same key where it only overrides another's value. */
    ValueKey<T> withoutDefault() {
      return new ValueKey<>(name, type, null, false, later, description);
    }

    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      reading.readKey(this, node, path, into);
    }

    boolean isSecret() {
      return type.isHidden();
    }
  }

  /** A key with a list of values; one value alone is read as a list of one. */
  record ListKey<T>(String name, ValueType<T> type, List<String> fallback, String description)
      implements Entry {
    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      reading.readList(this, node, path, into);
    }
  }

  /** A key with names and texts that are handed on; the texts count as secrets. */
  record TextsKey(String name, String description) implements Entry {
    /** What is handed on to a driver may be a password; labels and filters are not. */
    boolean isSecret() {
      return name.equals("properties");
    }

    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      reading.readTexts(this, node, path, into);
    }
  }

  /**
   * A section.
   *
   * @param kind the key that says what the section is about, where keys depend on it or values of
   *     it are not built yet: with one of those, the rest of the section is not looked at
   */
  record Group(String name, String description, @Nullable ValueKey<?> kind, List<Entry> entries)
      implements Entry {
    static Group of(String name, String description, Entry... entries) {
      return new Group(name, description, null, List.of(entries));
    }

    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      into.put(
          this, reading.read(this, node == null ? new YamlNode.Empty(into.line()) : node, path));
    }

    Group withKind(ValueKey<?> kindOf) {
      return new Group(name, description, kindOf, entries);
    }
  }

  /**
   * A section of sections whose names the user chooses.
   *
   * @param placeholder what the reference page writes for such a name
   * @param names what a name must look like
   */
  record Named(String name, String placeholder, ValueType<?> names, Group each, String description)
      implements Entry {
    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      reading.readNamed(this, node, path, into);
    }
  }

  /**
   * A list of sections; one alone is read as a list of one.
   *
   * @param flag a key whose name alone, as a text, stands for a section in which it is true
   */
  record Groups(String name, Group each, ValueKey<Boolean> flag, String description)
      implements Entry {
    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      reading.readGroups(this, node, path, into);
    }
  }

  /** A key of the contract whose part is not built yet: refused when it has a value. */
  record Later(String name, String description) implements Entry {
    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      if (node != null && node.hasValue()) {
        reading.fault(into, path, node.line(), null, Fault.NOT_IN_THIS_BUILD);
      }
    }
  }

  /** A key that is there only where the section's kind is this one. */
  record Only(String kind, Entry entry) implements Entry {
    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public String description() {
      return "Only with `" + kind + "`. " + entry.description();
    }

    @Override
    public void read(@Nullable YamlNode node, String path, Values into, Reading reading) {
      entry.read(node, path, into, reading);
    }
  }
}
