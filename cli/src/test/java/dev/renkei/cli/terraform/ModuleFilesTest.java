package dev.renkei.cli.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code terraform validate} would say of names, which cannot be asked without the provider:
 * it has to be downloaded.
 */
class ModuleFilesTest {
  private static final Set<String> MODULE_ARGUMENTS =
      Set.of("source", "version", "count", "for_each", "depends_on", "providers");

  @TempDir private Path folder = Path.of("");

  /** All files of each folder as one. */
  private static Map<String, Hcl> modules() throws Exception {
    Map<String, String> texts = new TreeMap<>();
    ModuleFiles.ofThisRelease()
        .byPath()
        .forEach(
            (path, text) -> {
              if (path.endsWith(".tf")) {
                int slash = path.lastIndexOf('/');
                texts.merge(slash < 0 ? "" : path.substring(0, slash), text, String::concat);
              }
            });
    Map<String, Hcl> modules = new TreeMap<>();
    texts.forEach((module, text) -> modules.put(module, Hcl.parse(text)));
    return modules;
  }

  static Stream<String> folders() throws Exception {
    return modules().keySet().stream();
  }

  private static Hcl module(String name) throws Exception {
    Hcl module = modules().get(name);
    assertThat(module).as(name).isNotNull();
    return java.util.Objects.requireNonNull(module);
  }

  @ParameterizedTest(name = "[{0}]")
  @MethodSource("folders")
  void everyVariableIsUsedAndEveryUsedOneIsDeclared(String name) throws Exception {
    Hcl module = module(name);

    assertThat(module.referred("var")).isEqualTo(module.named("variable"));
  }

  @ParameterizedTest(name = "[{0}]")
  @MethodSource("folders")
  void everyReferenceHasWhatItRefersTo(String name) throws Exception {
    Hcl module = module(name);
    Set<String> resources = new TreeSet<>();
    module.named("resource").forEach(words -> resources.add(words.replace(' ', '.')));
    Matcher matcher = Pattern.compile("(?<![\\w.\"/])google_\\w+\\.\\w+").matcher(module.text());
    Set<String> referred = new TreeSet<>();
    while (matcher.find()) {
      referred.add(matcher.group());
    }

    assertThat(resources).containsAll(referred);
    assertThat(module.arguments("locals")).containsAll(module.referred("local"));
    assertThat(module.named("module")).containsAll(module.referred("module"));
  }

  @ParameterizedTest(name = "[{0}]")
  @MethodSource("folders")
  void everyModuleIsGivenWhatItRequiresAndNothingElse(String name) throws Exception {
    Hcl module = module(name);
    for (String call : module.named("module")) {
      Set<String> given = new TreeSet<>(module.arguments("module " + call));
      Hcl called = module(source(module, call));
      given.removeAll(MODULE_ARGUMENTS);

      assertThat(called.named("variable")).as(call).containsAll(given);
      assertThat(given).as(call).containsAll(called.requiredVariables());
    }
  }

  private static String source(Hcl module, String call) {
    return module.blocks().getOrDefault("module " + call, List.of()).stream()
        .filter(line -> line.startsWith("source"))
        .map(line -> line.replaceAll("source *= *\"\\./(.*)\"", "$1"))
        .findFirst()
        .orElse("");
  }

  @Test
  void theProviderHasOneVersion() throws Exception {
    assertThat(ModuleFiles.ofThisRelease().byPath().get("versions.tf"))
        .containsPattern("version = \"\\d+\\.\\d+\\.\\d+\"");
  }

  @Test
  void everyFileSaysThatItIsWrittenAnew() throws Exception {
    ModuleFiles files = ModuleFiles.ofThisRelease();

    assertThat(files.byPath().values()).allMatch(text -> text.contains(ModuleFiles.MARK));
  }

  @Test
  void tablesHaveOneOwner() throws Exception {
    for (Hcl module : modules().values()) {
      assertThat(module.text()).doesNotContain("google_bigquery_table");
    }
  }

  @Test
  void writesOverFilesOfAFormerReleaseAndNotOverThoseOfOthers() throws Exception {
    ModuleFiles files = ModuleFiles.ofThisRelease();
    files.writeTo(folder);
    Path main = folder.resolve("main.tf");
    Files.writeString(main, Files.readString(main) + "# of a former release\n");
    Path variables = Files.writeString(folder.resolve("variables.tf"), "# mine\n");

    assertThat(files.strangers(folder)).containsExactly(variables);
  }
}
