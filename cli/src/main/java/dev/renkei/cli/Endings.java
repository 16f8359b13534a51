package dev.renkei.cli;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Which commands end how, and what a code says where it says more than {@link ExitCode#meaning}.
 * The one list of it: {@code --help} and {@code docs/exit-codes.md} show it.
 */
final class Endings {
  private static final Map<String, Map<ExitCode, String>> ALL = all();

  private Endings() {}

  private static Map<String, Map<ExitCode, String>> all() {
    Map<String, Map<ExitCode, String>> all = new LinkedHashMap<>();
    Map<ExitCode, String> any = new EnumMap<>(ExitCode.class);
    for (ExitCode code : ExitCode.values()) {
      any.put(code, code.meaning());
    }
    all.put("", any);
    all.put(
        "demo",
        with(
            ended("the proof holds: nothing lost, nothing twice, every use as computed again"),
            ExitCode.SOURCE,
            "the stand-in cannot be started or used",
            ExitCode.HUB,
            "the hub cannot be started, or fails",
            ExitCode.WAREHOUSE,
            "a warehouse cannot be opened, or fails",
            ExitCode.DIFFERENT,
            "the proof has found a difference; with `--plant` it must"));
    all.put(
        "init",
        with(
            ended("the configuration is written to standard output"),
            ExitCode.SOURCE,
            "the database cannot be reached, or not be looked at"));
    all.put(
        "check",
        with(
            ended("nothing is missing"),
            ExitCode.USAGE,
            "the configuration, a condition or expression in it, or a key is wrong",
            ExitCode.SOURCE,
            "the source is not as tracking needs it, and neither the configuration nor keys are wrong",
            ExitCode.HUB,
            "the hub is not as it must be, and nothing before it is wrong",
            ExitCode.WAREHOUSE,
            "only a warehouse is not as it must be"));
    all.put("up", with(process(), ExitCode.SOURCE, "`--dry-run`: the source cannot be read"));
    all.put("track", process());
    all.put("collect", process());
    all.put("flow", process());
    all.put("load", process());
    all.put(
        "pipeline",
        with(
            ended("it has been handed to the engine, or has ended"),
            ExitCode.HUB,
            "the hub cannot be reached, or its embedded broker does not run",
            ExitCode.WAREHOUSE,
            null));
    all.put(
        "status",
        with(
            ended("all is well, or will be by itself; with `--wait` every table is up"),
            ExitCode.SOURCE,
            "somebody must act, or `--wait` was in vain",
            ExitCode.HUB,
            "nothing runs on this machine"));
    all.put(
        "query",
        with(
            ended("rows are on standard output"),
            ExitCode.USAGE,
            "the SQL is refused, or no such warehouse",
            ExitCode.WAREHOUSE,
            "the warehouse, or the process that holds it, does not answer"));
    all.put(
        "verify",
        with(
            ended("all that was compared is equal"),
            ExitCode.USAGE,
            "wrong usage or configuration, or a table that was named cannot be compared",
            ExitCode.HUB,
            "the hub cannot be reached",
            ExitCode.WAREHOUSE,
            "a table could not be compared to its end",
            ExitCode.DIFFERENT,
            "a table differs; also where `--repair` has it loaded again"));
    all.put(
        "reload",
        with(
            ended("the tables are loaded; with `--no-wait` the wish is in the hub"),
            ExitCode.SOURCE,
            "a table cannot be read, or nobody tracks it",
            ExitCode.HUB,
            "the hub does not take the wish, or nothing runs that could be followed",
            ExitCode.WAREHOUSE,
            "a warehouse does not load it"));
    all.put("replay", with(ended("loaders have been told"), ExitCode.HUB, null));
    all.put("pause", with(ended("the wish is in the hub"), ExitCode.HUB, null));
    all.put("resume", with(ended("the wish is in the hub"), ExitCode.HUB, null));
    all.put(
        "backfill",
        with(
            ended("every window is computed and published"),
            ExitCode.HUB,
            null,
            ExitCode.WAREHOUSE,
            null));
    all.put("dead-letters", group());
    all.put("dead-letters list", with(ended("also where there are none"), ExitCode.HUB, null));
    all.put(
        "dead-letters show",
        with(
            ended("the message is on standard output"),
            ExitCode.USAGE,
            "wrong usage or configuration, or no such message is open",
            ExitCode.HUB,
            null));
    all.put(
        "dead-letters retry",
        with(
            ended("all that was meant is sent back"),
            ExitCode.USAGE,
            "wrong usage or configuration, or a message cannot be sent back",
            ExitCode.HUB,
            null));
    all.put("alerts", group());
    all.put("alerts list", ended("the limits are shown"));
    all.put(
        "alerts test",
        with(
            ended("every target took the notice"),
            ExitCode.DIFFERENT,
            "a target did not take the notice; its answer is shown"));
    all.put("keys", group());
    all.put("keys create", ended("the keys are made"));
    all.put("keys rotate", ended("new keys are in the file"));
    all.put("keys detokenize", ended("a line for each token"));
    all.put("deploy", group());
    all.put(
        "deploy plan",
        with(
            ended("nothing is to be done"),
            ExitCode.USAGE,
            "wrong usage or configuration, or the change is dangerous: the plan says why",
            ExitCode.HUB,
            "a running process does not tell its configuration",
            ExitCode.DIFFERENT,
            "processes are to be started again, as the plan says"));
    all.put("terraform", ended("the files are written"));
    all.put("bench", ended("the benchmark has run"));
    all.put("stand-in", ended("it was stopped"));
    all.put("rehearse", ended("the row has arrived"));
    all.put("help", ended("what was asked for is shown"));
    return Collections.unmodifiableMap(all);
  }

  /** What all commands share. */
  private static Map<ExitCode, String> ended(String well) {
    Map<ExitCode, String> codes = new EnumMap<>(ExitCode.class);
    codes.put(ExitCode.OK, well);
    codes.put(ExitCode.INTERNAL, ExitCode.INTERNAL.meaning());
    codes.put(ExitCode.USAGE, ExitCode.USAGE.meaning());
    return codes;
  }

  /** A command that only has others below it. */
  private static Map<ExitCode, String> group() {
    Map<ExitCode, String> codes = ended("with `--help`");
    codes.put(ExitCode.USAGE, "none of its commands was named");
    return codes;
  }

  /** A process that runs until it is stopped; what fails while it runs is tried again. */
  private static Map<ExitCode, String> process() {
    return with(
        ended("it was stopped by SIGTERM or Ctrl-C"),
        ExitCode.HUB,
        "the hub cannot be opened at the start; later it is tried again",
        ExitCode.WAREHOUSE,
        "a warehouse cannot be opened at the start; later it is tried again");
  }

  /**
   * The same with other codes.
   *
   * @param more codes, each with what it says; null for what it says everywhere
   */
  private static Map<ExitCode, String> with(Map<ExitCode, String> codes, @Nullable Object... more) {
    for (int i = 0; i < more.length; i += 2) {
      ExitCode code = (ExitCode) Objects.requireNonNull(more[i]);
      String meaning = (String) more[i + 1];
      codes.put(code, meaning == null ? code.meaning() : meaning);
    }
    return codes;
  }

  /** How a command ends, by its words without {@code renkei}; "" for {@code renkei} itself. */
  static Map<ExitCode, String> of(String command) {
    Map<ExitCode, String> codes = ALL.get(command);
    if (codes == null) {
      throw new IllegalArgumentException("how does `renkei %s` end?".formatted(command));
    }
    return Collections.unmodifiableMap(codes);
  }

  /** All commands that it knows, in their order. */
  static Set<String> commands() {
    return ALL.keySet();
  }

  /** Puts them into the help of a command and of those below it. */
  static void explain(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    String words = spec.qualifiedName(" ");
    String command = words.substring(Math.min(words.length(), spec.root().name().length() + 1));
    Map<String, String> codes = new LinkedHashMap<>();
    of(command).forEach((code, meaning) -> codes.put(Integer.toString(code.number()), meaning));
    UsageMessageSpec usage = spec.usageMessage();
    usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    line.getSubcommands().values().forEach(Endings::explain);
  }
}
