package dev.renkei.cli;

import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.ReplayMarks;
import dev.renkei.core.hub.ReplayMarks.Mark;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask of marks: of one warehouse, or of all that are enabled. */
final class MarkRequests {
  private final List<String> warehouses;

  /**
   * @throws CommandFailure where the hub has no marks, or there is no such warehouse
   */
  MarkRequests(Configuration config, @Nullable String warehouse) {
    if (config.hub() instanceof HubConfig.Kafka) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "marks are snapshots of Pub/Sub; this hub is Kafka, where a time is as exact. Note the time before you deploy (`date -u +%Y-%m-%dT%H:%M:%SZ`), then `renkei replay --from TIME`.");
    }
    List<String> enabled =
        NodePlan.enabledWarehouses(config).stream().map(WarehouseConfig::name).toList();
    if (warehouse != null && !enabled.contains(warehouse)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "no enabled warehouse '%s'; there are: %s"
              .formatted(warehouse, String.join(", ", enabled)));
    }
    this.warehouses = warehouse == null ? enabled : List.of(warehouse);
  }

  /** Sets it for all of them, or, where one has it already, for none. */
  void set(ReplayMarks marks, String name, PrintWriter out) throws HubException {
    Mark.checkName(name);
    List<Mark> taken = named(marks, name);
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "there is a mark '%s' of %s already, set at %s; choose another name, or take it away with `renkei replay --delete-mark %s`"
              .formatted(name, taken.get(0).consumer(), text(taken.get(0).setAt()), name));
    }
    for (String warehouse : warehouses) {
      Mark mark = marks.set(warehouse, name);
      out.printf(
          "%s: mark %s set, kept until %s; `renkei replay --from-mark %s` goes back there%n",
          warehouse, name, text(mark.keptUntil()), name);
    }
  }

  /** Lists them, the oldest of a warehouse first. */
  void list(ReplayMarks marks, PrintWriter out) throws HubException {
    int count = 0;
    for (String warehouse : warehouses) {
      for (Mark mark : marks.of(warehouse)) {
        out.printf(
            "%-12s  %-24s  set at %s  kept until %s%n",
            warehouse, mark.name(), text(mark.setAt()), text(mark.keptUntil()));
        count++;
      }
    }
    if (count == 0) {
      out.println("no marks");
    }
  }

  void delete(ReplayMarks marks, String name, PrintWriter out) throws HubException {
    for (Mark mark : found(marks, name)) {
      marks.delete(mark.consumer(), name);
      out.printf("%s: mark %s taken away%n", mark.consumer(), name);
    }
  }

  void replay(ReplayMarks marks, CommandLog commands, String name, PrintWriter out)
      throws HubException, InterruptedException {
    for (Mark mark : found(marks, name)) {
      commands.send(new Command.ReplayFromMark(mark.consumer(), name, Instant.now()));
      out.printf(
          "%s: asked to replay from mark %s, set at %s; `renkei status` shows how far it is%n",
          mark.consumer(), name, text(mark.setAt()));
    }
  }

  private List<Mark> found(ReplayMarks marks, String name) throws HubException {
    List<Mark> found = named(marks, name);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no mark '%s' of %s; `renkei replay --marks` lists those that are there"
              .formatted(name, String.join(", ", warehouses)));
    }
    return found;
  }

  private List<Mark> named(ReplayMarks marks, String name) throws HubException {
    List<Mark> named = new ArrayList<>();
    for (String warehouse : warehouses) {
      marks.of(warehouse).stream().filter(mark -> mark.name().equals(name)).forEach(named::add);
    }
    return named;
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
