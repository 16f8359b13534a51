package dev.renkei.cli.terraform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be told of files that {@code terraform fmt} has written, line by line: blocks, their
 * arguments, and references.
 *
 * @param text without comments
 * @param blocks by their words, for example {@code resource google_x y}; lines inside, less their
 *     indentation of two
 */
record Hcl(String text, Map<String, List<String>> blocks) {
  private static final Pattern OPENS = Pattern.compile("([a-z0-9_]+(?: \"[^\"]+\")*) \\{");
  private static final Pattern ARGUMENT = Pattern.compile("([a-z0-9_]+) *= .*");

  static Hcl parse(String text) {
    Map<String, List<String>> blocks = new TreeMap<>();
    StringBuilder plain = new StringBuilder();
    List<String> inside = null;
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("#")) {
        continue;
      }
      plain.append(line).append('\n');
      Matcher opens = OPENS.matcher(line);
      if (opens.matches()) {
        inside = new ArrayList<>();
        blocks.put(opens.group(1).replace("\"", ""), inside);
      } else if (line.equals("}")) {
        inside = null;
      } else if (inside != null && line.length() > 2) {
        inside.add(line.substring(2));
      }
    }
    return new Hcl(plain.toString(), blocks);
  }

  /** The names of blocks of a kind, which are followed by no more words. */
  Set<String> named(String kind) {
    Set<String> names = new TreeSet<>();
    blocks.keySet().stream()
        .filter(name -> name.startsWith(kind + " "))
        .forEach(name -> names.add(name.substring(kind.length() + 1)));
    return names;
  }

  Set<String> requiredVariables() {
    Set<String> required = named("variable");
    required.removeIf(name -> arguments("variable " + name).contains("default"));
    return required;
  }

  /** What stands before an equals sign directly in a block. */
  Set<String> arguments(String block) {
    Set<String> arguments = new TreeSet<>();
    for (String line : blocks.getOrDefault(block, List.of())) {
      Matcher matcher = ARGUMENT.matcher(line);
      if (matcher.matches()) {
        arguments.add(matcher.group(1));
      }
    }
    return arguments;
  }

  /** The names behind a word and a point, for example all {@code x} of {@code var.x}. */
  Set<String> referred(String word) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = Pattern.compile("(?<![\\w.])" + word + "\\.([a-z0-9_]+)").matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
