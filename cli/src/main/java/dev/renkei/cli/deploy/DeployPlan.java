package dev.renkei.cli.deploy;

import dev.renkei.core.config.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What becomes of a running system with another configuration, and in which order its processes are
 * given it.
 *
 * @param changes keys by name
 * @param effects the graver first
 * @param order what to do, one after the other; empty where a danger forbids it
 */
public record DeployPlan(List<Change> changes, List<Effect> effects, List<Step> order) {
  /** What hands work to a pipeline, as key and value. */
  private static final Pattern PIPELINE =
      Pattern.compile(
          "pipelines\\.(dedupe|enrich|rules|features)=true|warehouses\\.[^.]+\\.by=beam");

  public DeployPlan {
    changes = List.copyOf(changes);
    effects = List.copyOf(effects);
    order = List.copyOf(order);
  }

  /**
   * A process that runs.
   *
   * @param roles as its status has them
   * @param shown with what it runs
   */
  public record Running(long pid, List<String> roles, Shown shown) {
    public Running {
      roles = List.copyOf(roles);
    }

    Set<Part> parts() {
      Set<Part> parts = EnumSet.noneOf(Part.class);
      roles.forEach(role -> parts.add(Part.ofRole(role)));
      return parts;
    }

    /** A process of several parts goes when the last of them may. */
    Part last() {
      return parts().stream().max(Comparator.naturalOrder()).orElse(Part.LOADERS);
    }

    String name() {
      return "%s (pid %d)".formatted(String.join(", ", roles), pid);
    }
  }

  /** One thing to do. */
  public record Step(String what, String sentence) {}

  /** What the plan comes to. */
  public enum Verdict {
    NOTHING,
    ROLL,
    DANGER
  }

  public Verdict verdict() {
    if (changes.isEmpty()) {
      return Verdict.NOTHING;
    }
    return effects.stream().anyMatch(effect -> effect.kind() == Effect.Kind.DANGER)
        ? Verdict.DANGER
        : Verdict.ROLL;
  }

  /**
   * Decides. Processes that have the new configuration already need nothing more, so that the same
   * question can be asked after each step.
   */
  public static DeployPlan of(List<Running> running, Shown next) {
    Set<Change> changes = new LinkedHashSet<>();
    running.forEach(process -> changes.addAll(Change.between(process.shown(), next)));
    Set<Effect> effects = new LinkedHashSet<>();
    for (Change change : changes) {
      Rules.of(change).ifPresent(rule -> effects.addAll(rule.effects(change)));
      if (Rules.of(change).isEmpty()) {
        effects.add(Effect.note(change.key(), "what it does is not known to this command"));
      }
    }
    List<Effect> sorted = effects.stream().sorted(Comparator.comparing(Effect::kind)).toList();
    DeployPlan found = new DeployPlan(List.copyOf(changes), sorted, List.of());
    return found.verdict() == Verdict.ROLL
        ? new DeployPlan(found.changes(), sorted, order(running, next, found.changes()))
        : found;
  }

  private static List<Step> order(List<Running> running, Shown next, List<Change> changes) {
    boolean pubSub = "pubsub".equals(next.byKey().get("hub.type"));
    List<Running> rolled =
        running.stream()
            .filter(process -> concerns(process, next))
            .sorted(Comparator.comparing(Running::last))
            .toList();
    List<Step> order = new ArrayList<>();
    boolean modeChanges = changes.stream().anyMatch(change -> change.key().equals("trackers.mode"));
    List<Running> trackers =
        rolled.stream().filter(process -> process.parts().contains(Part.TRACKERS)).toList();
    if (modeChanges && trackers.size() > 1) {
      order.add(
          new Step(
              trackers.stream().map(Running::name).collect(Collectors.joining("; ")),
              "stop all of these by SIGTERM, and wait for their ends (exit code 0)"));
    }
    boolean pipelines = rolls(changes, pubSub).contains(Part.PIPELINES) && hasPipelines(next);
    for (Running process : rolled) {
      if (pipelines && process.last() == Part.TRACKERS) {
        order.add(pipelinesStep());
        pipelines = false;
      }
      order.add(new Step(process.name(), sentence(process, modeChanges)));
    }
    if (pipelines) {
      order.add(pipelinesStep());
    }
    return order;
  }

  private static String sentence(Running process, boolean modeChanges) {
    boolean stopped = modeChanges && process.parts().contains(Part.TRACKERS);
    return (stopped
            ? "start with the new configuration"
            : "SIGTERM, wait for its end (exit code 0), start with the new configuration")
        + ", wait until `renkei status --wait 10m` ends with 0";
  }

  private static Step pipelinesStep() {
    return new Step(
        "pipelines",
        "`renkei pipeline NAME --runner=...` for each that runs: an update on Dataflow, `--replace` on Flink");
  }

  private static boolean hasPipelines(Shown next) {
    return "pubsub".equals(next.byKey().get("hub.type"))
        || next.byKey().entrySet().stream()
            .anyMatch(entry -> PIPELINE.matcher(entry.toString()).matches());
  }

  /** Whether a process reads something that it has another value of. */
  private static boolean concerns(Running process, Shown next) {
    Set<Part> rolls = rolls(Change.between(process.shown(), next), false);
    return process.parts().stream().anyMatch(rolls::contains);
  }

  private static Set<Part> rolls(List<Change> changes, boolean pubSub) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (Change change : changes) {
      Optional<Rule> rule = Rules.of(change);
      parts.addAll(rule.map(Rule::rolls).orElse(Part.PROCESSES));
    }
    if (pubSub && parts.contains(Part.FLOWS)) {
      parts.add(Part.PIPELINES); // what steps do there
    }
    return parts;
  }
}
