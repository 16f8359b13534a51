package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a document by the table of keys, and gathers what is wrong with it. */
final class Reading {
  private final References references;
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, String> shown = new LinkedHashMap<>();

  Reading(References references) {
    this.references = references;
  }

  /** In the order of the file. */
  List<Fault> faults() {
    return faults.stream()
        .sorted(Comparator.comparingInt((Fault f) -> f.line() == null ? 0 : f.line()))
        .toList();
  }

  /** Everything that was read without a fault, defaults too. */
  Shown shown() {
    return new Shown(shown);
  }

  /** Adds a fault to a section, which is not made into a record then. */
  void fault(Values in, String path, int line, @Nullable String given, String problem) {
    in.spoil();
    faults.add(new Fault(path, line, given, problem));
  }

  /** Whether a key of that path, or one inside of it, has a fault. */
  boolean hasFaultIn(String path) {
    return faults.stream().anyMatch(fault -> fault.key().startsWith(path));
  }

  /** Makes a record of a section that was read well; what its constructor refuses is a fault. */
  <T> @Nullable T make(Values values, Function<Values, T> maker) {
    if (!values.isSound()) {
      return null;
    }
    try {
      return maker.apply(values);
    } catch (IllegalArgumentException e) {
      String sentence = e.getMessage();
      fault(values, values.path(), values.line(), null, sentence == null ? "refused" : sentence);
      return null;
    }
  }

  /** Reads a section; one without keys has its defaults. */
  Values read(Group group, YamlNode node, String path) {
    Values values = new Values(path, node.line());
    if (node.hasValue() && !(node instanceof YamlNode.Mapping)) {
      fault(values, path, node.line(), shown(node, false), "accepted are keys with values");
      spoilSections(group, values);
      return values;
    }
    Map<String, YamlNode> given = distinct(node, values, Function.identity());
    ValueKey<?> kind = group.kind();
    if (kind != null
        && given.get(kind.name()) instanceof YamlNode.Scalar scalar
        && kind.later().contains(scalar.text())) {
      String kindPath = child(path, kind.name());
      fault(values, kindPath, scalar.line(), scalar.text(), Fault.NOT_IN_THIS_BUILD);
      spoilSections(group, values);
      return values;
    }
    refuseUnknown(group, node, values);
    String kindGiven = kind == null ? "" : kindOf(kind, given.get(kind.name()));
    for (Entry entry : group.entries()) {
      YamlNode there = given.get(entry.name());
      if (!(entry instanceof Only only) || only.kind().equals(kindGiven)) {
        entry.read(there, child(path, entry.name()), values, this);
      } else if (there != null && isKnown(kind, kindGiven)) {
        String problem = "only with `%s: %s`".formatted(nameOf(kind), only.kind());
        fault(values, child(path, entry.name()), there.line(), null, problem);
      }
    }
    return values;
  }

  private static String nameOf(@Nullable ValueKey<?> kind) {
    return kind == null ? "" : kind.name();
  }

  /** What the kind is, by default too; empty where it cannot be told. */
  private static String kindOf(ValueKey<?> kind, @Nullable YamlNode given) {
    String fallback = kind.fallback();
    if (given == null) {
      return fallback == null ? "" : fallback;
    }
    return given instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }

  /** Whether this is a kind: one fault is enough for one that is not. */
  private static boolean isKnown(@Nullable ValueKey<?> kind, String text) {
    try {
      return kind != null && kind.type().parser().apply(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  void readKey(ValueKey<?> key, @Nullable YamlNode node, String path, Values into) {
    if (node == null) {
      String fallback = key.fallback();
      if (key.required()) {
        fault(into, path, into.line(), null, "missing; accepted is " + key.type().accepted());
      } else if (fallback != null) {
        Object value = parsed(key.type(), fallback);
        into.put(key, value);
        shown.put(path, text(value));
      }
      return;
    }
    if (node instanceof YamlNode.Scalar scalar && key.later().contains(scalar.text())) {
      fault(into, path, node.line(), scalar.text(), Fault.NOT_IN_THIS_BUILD);
      return;
    }
    Object value = value(key.type(), key.isSecret(), node, path, into);
    if (value != null) {
      into.put(key, value);
      shown.put(path, shown(node, key.isSecret(), value));
    }
  }

  void readList(ListKey<?> key, @Nullable YamlNode node, String path, Values into) {
    if (node == null) {
      into.put(key, key.fallback().stream().map(text -> parsed(key.type(), text)).toList());
      shown.put(path, String.join(", ", key.fallback()));
      return;
    }
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    List<Object> values = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (YamlNode item : items) {
      Object value = value(key.type(), key.type().isHidden(), item, path, into);
      if (value != null) {
        values.add(value);
        texts.add(shown(item, key.type().isHidden(), value));
      }
    }
    into.put(key, values);
    shown.put(path, String.join(", ", texts));
  }

  void readTexts(TextsKey key, @Nullable YamlNode node, String path, Values into) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node != null && node.hasValue()) {
      if (!(node instanceof YamlNode.Mapping)) {
        fault(into, path, node.line(), shown(node, true), "accepted are names with texts");
        return;
      }
      ValueType<String> any = ValueType.text("a text", ".*");
      distinct(node, into, Function.identity())
          .forEach(
              (name, item) -> {
                Object text = value(any, true, item, child(path, name), into);
                if (text != null) {
                  texts.put(name, any.javaType().cast(text));
                  shown.put(child(path, name), shown(item, key.isSecret(), text));
                }
              });
    }
    into.put(key, texts);
  }

  void readNamed(Named key, @Nullable YamlNode node, String path, Values into) {
    Map<String, Values> sections = new LinkedHashMap<>();
    if (node != null && node.hasValue()) {
      if (!(node instanceof YamlNode.Mapping mapping)) {
        fault(into, path, node.line(), shown(node, false), "accepted are names with keys");
        return;
      }
      Values here = new Values(path, node.line());
      distinct(node, here, name -> name.toLowerCase(Locale.ROOT));
      if (!here.isSound()) {
        into.spoil();
      }
      for (YamlNode.Pair pair : mapping.pairs()) {
        String sectionPath = child(path, pair.key());
        Values section = read(key.each(), pair.value(), sectionPath);
        try {
          parsed(key.names(), pair.key());
        } catch (IllegalArgumentException e) {
          fault(into, sectionPath, pair.line(), null, "the name must be " + key.names().accepted());
          section.spoil();
        }
        sections.put(pair.key(), section);
      }
    }
    into.put(key, sections);
  }

  void readGroups(Groups key, @Nullable YamlNode node, String path, Values into) {
    List<Values> sections = new ArrayList<>();
    if (node instanceof YamlNode.Sequence list) {
      for (YamlNode item : list.items()) {
        sections.add(section(key, item, "%s[%d]".formatted(path, sections.size())));
      }
    } else if (node != null && node.hasValue()) {
      sections.add(section(key, node, path));
    }
    into.put(key, sections);
  }

  private Values section(Groups key, YamlNode node, String path) {
    String flag = key.flag().name();
    boolean flagged = node instanceof YamlNode.Scalar scalar && scalar.text().equals(flag);
    YamlNode.Scalar yes = new YamlNode.Scalar("true", node.line());
    return read(
        key.each(),
        flagged
            ? new YamlNode.Mapping(List.of(new YamlNode.Pair(flag, node.line(), yes)), node.line())
            : node,
        path);
  }

  /** Resolves and parses a text; null after a fault. */
  private @Nullable Object value(
      ValueType<?> type, boolean secret, YamlNode node, String path, Values into) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      fault(into, path, node.line(), shown(node, secret), "accepted is " + type.accepted());
      return null;
    }
    String text;
    try {
      text = references.resolve(scalar.text());
    } catch (IllegalArgumentException e) {
      fault(into, path, node.line(), null, String.valueOf(e.getMessage()));
      return null;
    }
    try {
      return parsed(type, text);
    } catch (IllegalArgumentException e) {
      fault(into, path, node.line(), shown(node, secret), "accepted is " + type.accepted());
      return null;
    }
  }

  private static Object parsed(ValueType<?> type, String text) {
    Object value = type.parser().apply(text);
    if (value == null) {
      throw new IllegalStateException("a parser without a value");
    }
    return value;
  }

  /** The values by key, the first of each; a key that stands there again is a fault. */
  private Map<String, YamlNode> distinct(
      YamlNode node, Values values, Function<String, String> identity) {
    Map<String, YamlNode> distinct = new LinkedHashMap<>();
    Map<String, YamlNode.Pair> first = new LinkedHashMap<>();
    if (node instanceof YamlNode.Mapping mapping) {
      for (YamlNode.Pair pair : mapping.pairs()) {
        YamlNode.Pair before = first.putIfAbsent(identity.apply(pair.key()), pair);
        if (before == null) {
          distinct.put(pair.key(), pair.value());
        } else {
          String path = child(values.path(), pair.key());
          String problem = "given twice; it stands in line %d already".formatted(before.line());
          fault(values, path, pair.line(), null, problem);
        }
      }
    }
    return distinct;
  }

  private void refuseUnknown(Group group, YamlNode node, Values values) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return;
    }
    List<String> known = group.entries().stream().map(Entry::name).toList();
    for (YamlNode.Pair pair : mapping.pairs()) {
      if (!known.contains(pair.key())) {
        fault(
            values,
            child(values.path(), pair.key()),
            pair.line(),
            null,
            unknown(pair.key(), known));
      }
    }
  }

  private static String unknown(String key, List<String> known) {
    List<String> elsewhere = Keys.sectionsWith(key);
    if (!elsewhere.isEmpty()) {
      return elsewhere.stream()
          .map(section -> section.isEmpty() ? "the top of the file" : "`" + section + "`")
          .collect(Collectors.joining(" or ", "no such key here; it belongs to ", ""));
    }
    return "no such key; the nearest is `" + Nearest.to(key, known).orElse("") + "`";
  }

  /** Sections inside one that was not looked at are there, but unsound. */
  private static void spoilSections(Group group, Values values) {
    for (Entry inGroup : group.entries()) {
      Entry entry = inGroup instanceof Only only ? only.entry() : inGroup;
      if (entry instanceof Group section) {
        Values inside = new Values(child(values.path(), section.name()), values.line());
        inside.spoil();
        spoilSections(section, inside);
        values.put(section, inside);
      }
    }
  }

  /** A reference is shown as it was written, never what it stands for. */
  private static String shown(YamlNode node, boolean secret) {
    return secret && !References.isIn(node.shown()) && node instanceof YamlNode.Scalar
        ? Shown.HIDDEN
        : node.shown();
  }

  /** Of a value that was read: a reference as it is written, all else in one spelling. */
  private static String shown(YamlNode node, boolean secret, Object value) {
    String written = node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
    if (secret) {
      return References.isNothingElse(written) ? written : Shown.HIDDEN;
    }
    return References.isIn(written) ? written : text(value);
  }

  private static String text(Object value) {
    if (value instanceof Duration duration) {
      return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
