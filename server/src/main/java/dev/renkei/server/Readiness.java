package dev.renkei.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a process does its work: {@code GET /health/ready}.
 *
 * @param missing what it is not ready for
 */
record Readiness(boolean ready, List<Missing> missing) {
  /** What is not as it must be, and what to do where somebody knows. */
  record Missing(String subject, String message, @Nullable String cure) {}

  static Readiness of(StatusReport report) {
    List<Missing> missing = new ArrayList<>();
    StatusReport.Hub hub = report.hub();
    if (!hub.reachable()) {
      missing.add(new Missing("hub", "%s does not answer".formatted(hub.address()), null));
    }
    for (StatusReport.Tracker tracker : report.trackers()) {
      StatusReport.Problem problem = tracker.problem();
      if (problem != null) {
        missing.add(new Missing("tracker " + tracker.name(), problem.message(), problem.cure()));
      }
    }
    for (StatusReport.Warehouse warehouse : report.warehouses()) {
      if (warehouse.phase() != StatusReport.Warehouse.Phase.LOADING
          && warehouse.phase() != StatusReport.Warehouse.Phase.PAUSED) {
        missing.add(new Missing("warehouse " + warehouse.name(), reason(warehouse), null));
      }
    }
    return new Readiness(missing.isEmpty(), List.copyOf(missing));
  }

  private static String reason(StatusReport.Warehouse warehouse) {
    String error = warehouse.lastError();
    return switch (warehouse.phase()) {
      case STARTING -> "starting";
      case LOADING -> "loading";
      case PAUSED -> "paused";
      case RETRYING -> error == null ? "retrying" : "retrying: " + error;
      case STOPPED -> error == null ? "stopped" : "stopped: " + error;
    };
  }
}
