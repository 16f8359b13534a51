package dev.renkei.cli.deploy;

import java.util.EnumSet;
import java.util.Set;

/** What processes do, in the order in which they are given a new configuration. */
public enum Part {
  /** They read what the others write, so they go first. */
  LOADERS,
  FLOWS,
  COLLECTOR,
  /** Jobs on Flink or Dataflow. */
  PIPELINES,
  /** They write what all others read, so they go last, one after the other. */
  TRACKERS;

  /** Those that are processes of Renkei's own. */
  static final Set<Part> PROCESSES = EnumSet.of(LOADERS, FLOWS, COLLECTOR, TRACKERS);

  /**
   * Which part a role of a status is.
   *
   * @param role for example {@code track tracker-a}
   */
  static Part ofRole(String role) {
    String first = role.split(" ", 2)[0];
    return switch (first) {
      case "load" -> LOADERS;
      case "track" -> TRACKERS;
      case "collect" -> COLLECTOR;
      default -> FLOWS;
    };
  }
}
