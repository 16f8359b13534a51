package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.Later;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Renders {@code docs/configuration.md} from the table of keys. */
final class ReferencePage {
  private static final String OPENING =
      """
      # Configuration

      This page is made from the code that reads the file (`ReferencePageTest` says how). [renkei.example.yaml](renkei.example.yaml) shows everything
      that is planned; what a build does not have yet is refused with "not in this build", never ignored. Unknown keys are refused with the
      nearest known one. All faults are reported together, each with its line, key and what would be accepted.

      `${NAME}` in a value is an environment variable, `${file:PATH}` a file's content without its last line end, `$${` a plain `${`. What
      they stand for is never shown. Relative paths start from the folder of the configuration file. Durations are written `500ms`, `5s`,
      `1m`, `12h`, `7d`; sizes `512KiB`, `64MiB`, `1GiB`.
      """;

  private final StringBuilder page = new StringBuilder(OPENING);

  private ReferencePage() {}

  static String render() {
    ReferencePage reference = new ReferencePage();
    reference.section("", "The top of the file.", Keys.ROOT.entries());
    return reference.page.toString();
  }

  private void section(String path, String description, List<Entry> entries) {
    page.append("\n## ").append(path.isEmpty() ? "Top" : "`" + path + "`").append('\n');
    page.append(description)
        .append("\n\n| key | accepted | default | meaning |\n|---|---|---|---|\n");
    entries.forEach(this::row);
    List<Runnable> inside = new ArrayList<>();
    for (Entry one : entries) {
      Entry entry = one instanceof Only only ? only.entry() : one;
      String child = Reading.child(path, entry.name());
      if (entry instanceof Group group) {
        inside.add(() -> section(child, group.description(), group.entries()));
      } else if (entry instanceof Groups groups) {
        inside.add(() -> section(child, groups.each().description(), groups.each().entries()));
      } else if (entry instanceof Named named) {
        String each = child + "." + named.placeholder();
        inside.add(() -> section(each, named.each().description(), named.each().entries()));
      }
    }
    inside.forEach(Runnable::run);
  }

  private void row(Entry given) {
    Entry entry = given instanceof Only only ? only.entry() : given;
    if (entry instanceof ValueKey<?> key) {
      String fallback = key.fallback();
      row(
          given,
          key.type().accepted() + later(key),
          key.required() ? "required" : fallback == null ? "" : "`" + fallback + "`");
    } else if (entry instanceof ListKey<?> key) {
      row(
          given,
          "a list, or one: " + key.type().accepted(),
          key.fallback().stream().map(text -> "`" + text + "`").collect(Collectors.joining(", ")));
    } else if (entry instanceof TextsKey) {
      row(given, "names with texts", "`{}`");
    } else if (entry instanceof Groups) {
      row(given, "keys (below), or a list of such", "");
    } else if (entry instanceof Later) {
      row(given, "not in this build", "");
    } else if (entry instanceof Named named) {
      row(given, named.names().accepted() + ", with keys (below)", "`{}`");
    } else {
      row(given, "keys (below)", "");
    }
  }

  private static String later(ValueKey<?> key) {
    return key.later().stream()
        .map(value -> "; `" + value + "` is not in this build")
        .collect(Collectors.joining());
  }

  private void row(Entry entry, String accepted, String fallback) {
    page.append("| `").append(entry.name()).append("` | ").append(accepted);
    page.append(" | ").append(fallback).append(" | ").append(entry.description()).append(" |\n");
  }
}
