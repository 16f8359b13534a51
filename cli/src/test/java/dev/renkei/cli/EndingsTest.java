package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The page of the docs is what the list of endings says. After a change of the list, {@code mvn -pl
 * cli -am test -Dtest=EndingsTest -Drenkei.rewrite=true} writes it anew.
 */
class EndingsTest {
  private static final String HEAD =
      """
      # Exit codes

      How `renkei` ends, for scripts, units and schedulers; `renkei COMMAND --help` shows the same. What went wrong is a sentence on standard error, and
      standard output holds only what was asked for. A process that was killed ends as the shell says (137 for SIGKILL). What fails while `up`, `track`, `flow`,
      `load` and `collect` run does not end them: it is tried again, and told by `renkei status` and [alerts](alerts.md); [messages](messages.md) says what.

      | code | says | what to do |
      |---|---|---|
      """;

  private static final String COMMANDS =
      """

      ## By command
      Every command can also end with 1 and, where nothing else is said, with 2 for wrong usage or configuration.

      | command | code | says |
      |---|---|---|
      """;

  @Test
  void thePageIsWhatTheCommandsSay() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    for (ExitCode code : ExitCode.values()) {
      page.append("| %d | %s | %s |%n".formatted(code.number(), code.meaning(), code.cure()));
    }
    page.append(COMMANDS);
    for (String command : Endings.commands()) {
      if (!command.isEmpty() && !isHidden(command)) {
        Endings.of(command)
            .forEach(
                (code, meaning) -> {
                  boolean shared =
                      code == ExitCode.INTERNAL
                          || code == ExitCode.USAGE && meaning.equals(code.meaning());
                  if (!shared) {
                    page.append(
                        "| `renkei %s` | %d | %s |%n".formatted(command, code.number(), meaning));
                  }
                });
      }
    }

    Rewritten.assertThatFileIs("docs/exit-codes.md", page.toString());
  }

  @Test
  void everyCommandSaysInItsHelpHowItEnds() {
    Map<String, CommandLine> commands = commands();

    assertThat(commands.keySet()).containsExactlyInAnyOrderElementsOf(Endings.commands());
    commands.forEach(
        (name, command) -> {
          StringWriter help = new StringWriter();
          command.usage(new PrintWriter(help, true));
          for (ExitCode code : Endings.of(name).keySet()) {
            assertThat(help.toString()).containsPattern("(?m)^  " + code.number() + "   ");
          }
        });
  }

  /** What a command's class and those that it uses name; a code that is not listed is found. */
  @Test
  void noCommandEndsInAWayThatIsNotListed() {
    Map<String, CommandLine> commands = commands();
    List<String> unlisted = new ArrayList<>();
    commands.forEach(
        (name, command) -> {
          Class<?> type = command.getCommandSpec().userObject().getClass();
          if (type.getPackageName().startsWith("dev.renkei.cli") && type != Main.class) {
            Set<ExitCode> named = named(type.getName());
            named.removeAll(Endings.of(name).keySet());
            named.forEach(code -> unlisted.add("renkei %s: %s".formatted(name, code)));
          }
        });

    assertThat(unlisted).isEmpty();
  }

  private static boolean isHidden(String command) {
    return Objects.requireNonNull(commands().get(command), command)
        .getCommandSpec()
        .usageMessage()
        .hidden();
  }

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> all = new LinkedHashMap<>();
    add("", Main.commands(), all);
    return all;
  }

  private static void add(String name, CommandLine command, Map<String, CommandLine> all) {
    all.put(name, command);
    command.getSubcommands().forEach((below, line) -> add((name + " " + below).strip(), line, all));
  }

  // ---- what compiled classes name ----

  private static final Pattern CODE = Pattern.compile("dev/renkei/cli/ExitCode\\.([A-Z]+):");
  private static final Pattern USED =
      Pattern.compile("(dev/renkei/cli/(?:demo/)?[A-Z]\\w*(?:\\$\\w+)*)");
  private static final Map<String, String> DISASSEMBLED = new LinkedHashMap<>();

  private static Set<ExitCode> named(String command) {
    Set<ExitCode> named = EnumSet.noneOf(ExitCode.class);
    Set<String> seen = new HashSet<>(Set.of("dev.renkei.cli.Endings", "dev.renkei.cli.ExitCode"));
    Deque<String> open = new ArrayDeque<>(List.of(command));
    while (!open.isEmpty()) {
      String type = open.remove();
      if (!seen.add(type) || isAnotherCommand(type, command)) {
        continue;
      }
      String code = DISASSEMBLED.computeIfAbsent(type, EndingsTest::disassembled);
      for (Matcher each = CODE.matcher(code); each.find(); ) {
        named.add(ExitCode.valueOf(each.group(1)));
      }
      for (Matcher each = USED.matcher(code); each.find(); ) {
        open.add(each.group(1).replace('/', '.'));
      }
    }
    return named;
  }

  private static boolean isAnotherCommand(String type, String command) {
    return type.endsWith("Command") && !type.equals(command);
  }

  private static String disassembled(String type) {
    StringWriter text = new StringWriter();
    int code =
        ToolProvider.findFirst("javap")
            .orElseThrow()
            .run(
                new PrintWriter(text, true),
                new PrintWriter(text, true),
                "-p",
                "-c",
                "-cp",
                System.getProperty("java.class.path"),
                type);
    assertThat(code).as(text.toString()).isZero();
    return text.toString();
  }
}
