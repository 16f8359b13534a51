package dev.renkei.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.server.StatusReport;
import dev.renkei.server.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One table holds every text of the console, in both languages. */
class TextsTest {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)\\}");
  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"|`([^`]*)`");

  @Test
  void everyTextIsThereInBothLanguagesWithTheSamePlaces() throws IOException {
    List<String> faults = new ArrayList<>();
    texts()
        .properties()
        .forEach(
            entry -> {
              JsonNode english = entry.getValue().path("en");
              JsonNode japanese = entry.getValue().path("ja");
              if (forms(english).isEmpty()
                  || forms(japanese).isEmpty()
                  || Stream.concat(forms(english).stream(), forms(japanese).stream())
                      .anyMatch(String::isBlank)) {
                faults.add(entry.getKey() + " is missing in a language");
              } else if (!places(english).equals(places(japanese))) {
                faults.add(
                    "%s: %s and %s".formatted(entry.getKey(), places(english), places(japanese)));
              }
            });
    assertThat(faults).isEmpty();
  }

  @Test
  void everyKeyThatAModuleNamesIsInTheTable() throws IOException {
    JsonNode texts = texts();
    Set<String> missing = new TreeSet<>();
    Pattern key = Pattern.compile("\"([a-z-]+(?:\\.[A-Za-z0-9_-]+)+|brand|ago|never|none)\"");
    for (Map.Entry<String, String> module : modules().entrySet()) {
      Matcher named = key.matcher(module.getValue());
      while (named.find()) {
        boolean storage = named.group(1).startsWith("renkei.");
        boolean file = named.group(1).matches(".*\\.(js|json|css|svg)");
        if (!storage && !file && !texts.has(named.group(1))) {
          missing.add(module.getKey() + ": " + named.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyWordThatAProcessUsesForAStateIsTranslated() throws IOException {
    JsonNode texts = texts();
    Stream<String> wanted =
        Stream.of(
                Stream.of(Verdict.Kind.values()).map(kind -> "finding." + kind),
                Stream.of(StatusReport.Table.Phase.values()).map(phase -> "phase." + low(phase)),
                Stream.of(StatusReport.Warehouse.Phase.values())
                    .map(phase -> "phase." + low(phase)),
                Stream.of("dedupe", "enrich", "features", "mask", "rules", "collect")
                    .map(flow -> "flow." + flow),
                Stream.of("active_active", "assigned", "single").map(mode -> "mode." + mode),
                Stream.of(
                        "CREATED",
                        "REBALANCING",
                        "RUNNING",
                        "PENDING_SHUTDOWN",
                        "NOT_RUNNING",
                        "PENDING_ERROR",
                        "ERROR")
                    .map(state -> "engine." + state))
            .flatMap(keys -> keys);
    assertThat(wanted).allSatisfy(key -> assertThat(texts.has(key)).as(key).isTrue());
  }

  private static String low(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Sentences and Japanese have their place in the table; modules hold keys, names and SQL. */
  @Test
  void noModuleHoldsATextOfItsOwn() throws IOException {
    Set<String> texts = new TreeSet<>();
    for (Map.Entry<String, String> module : modules().entrySet()) {
      Matcher string = STRING.matcher(module.getValue());
      while (string.find()) {
        String text = string.group(1) == null ? string.group(2) : string.group(1);
        String words = text.replaceAll("\\$\\{[^}]*\\}", "");
        boolean sentence = words.matches(".*[A-Z][a-z]+ [a-z]+.*|.*[a-z]+, [a-z]+.*");
        boolean foreign = words.codePoints().anyMatch(c -> c > 0x2e7f);
        boolean nameOfALanguage = text.equals("日本語");
        if ((sentence || foreign) && !nameOfALanguage) {
          texts.add(module.getKey() + ": " + text);
        }
      }
    }
    assertThat(texts).isEmpty();
  }

  @Test
  void theListOfFilesHoldsAllOfThem() throws IOException {
    Path folder = Path.of("src/main/resources/dev/renkei/server/console");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(read("files.txt").lines().toList())
          .containsExactlyElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> !Set.of("files.txt", "index.html").contains(name))
                  .sorted()
                  .toList());
    }
  }

  private static JsonNode texts() throws IOException {
    return new ObjectMapper().readTree(read("texts.json"));
  }

  private static List<String> forms(JsonNode text) {
    List<String> forms = new ArrayList<>();
    if (text.isTextual()) {
      forms.add(text.asText());
    }
    text.elements().forEachRemaining(form -> forms.add(form.asText()));
    return forms;
  }

  private static Set<String> places(JsonNode text) {
    return forms(text).stream()
        .flatMap(form -> PLACE.matcher(form).results())
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Without their comments. */
  private static Map<String, String> modules() throws IOException {
    Map<String, String> modules = new LinkedHashMap<>();
    for (String name : read("files.txt").lines().filter(file -> file.endsWith(".js")).toList()) {
      modules.put(
          name, read(name).replaceAll("(?m)^\\s*//.*$", "").replaceAll("(?s)/\\*.*?\\*/", ""));
    }
    assertThat(modules).hasSizeGreaterThan(10);
    return modules;
  }

  private static String read(String name) throws IOException {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
