package dev.renkei.server;

import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Warehouse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an installation still has to do before it is up: every table read whole and followed, every
 * flow running, every warehouse near the end of the hub. Under load that end moves on, so near is
 * near enough.
 */
final class Settling {
  /** Messages that a loader takes in well under a second. */
  static final long FEW_MESSAGES = 2_000;

  /** The same of a hub that counts no messages. */
  static final long SHORT_MILLIS = 5_000;

  private final StatusView view;
  private final List<String> missing = new ArrayList<>();

  private Settling(StatusView view) {
    this.view = view;
  }

  /** Sentences, in the order in which data flows; none once it is up. */
  static List<String> of(StatusView view) {
    Settling settling = new Settling(view);
    settling.processes();
    settling.tables();
    settling.flows();
    settling.warehouses();
    return List.copyOf(settling.missing);
  }

  private void processes() {
    if (view.reports().isEmpty() && view.silent().isEmpty()) {
      missing.add("nothing runs");
    }
    view.silent().forEach(silent -> miss("process %d does not answer", silent.process().pid()));
    view.reports().stream()
        .filter(report -> !report.hub().reachable())
        .forEach(report -> miss("process %d does not reach the hub", report.pid()));
  }

  private void tables() {
    List<TableLine> tables = view.tables();
    boolean tracks = view.reports().stream().anyMatch(report -> !report.trackers().isEmpty());
    if (tracks && tables.isEmpty()) {
      missing.add("no tracker has a table");
    }
    for (TableLine table : tables) {
      if (table.phase() != Phase.TRACKING) {
        miss("%s is in phase %s", table.table(), word(table.phase()));
      } else if (table.snapshot() != null) {
        miss("%s is being loaded, %,d rows so far", table.table(), table.snapshot().rows());
      }
    }
  }

  private void flows() {
    byName(report -> report.flows().stream(), Flow::name)
        .forEach(
            (name, all) -> {
              if (all.stream().noneMatch(flow -> flow.state().equals(Judgement.FLOW_RUNS))) {
                miss("flow %s is in state %s", name, word(all.get(0).state()));
              }
            });
  }

  private void warehouses() {
    byName(report -> report.warehouses().stream(), Warehouse::name)
        .forEach(
            (name, all) -> {
              if (all.stream().noneMatch(Settling::isNearTheEnd)) {
                miss("warehouse %s is in phase %s%s", name, word(all.get(0).phase()), behind(all));
              }
            });
  }

  private <T> Map<String, List<T>> byName(
      Function<StatusReport, Stream<T>> parts, Function<T, String> name) {
    return view.reports().stream()
        .flatMap(parts)
        .collect(Collectors.groupingBy(name, LinkedHashMap::new, Collectors.toList()));
  }

  private static boolean isNearTheEnd(Warehouse warehouse) {
    Long messages = warehouse.lagMessages();
    Long millis = warehouse.lagMillis();
    return warehouse.phase() == Warehouse.Phase.LOADING
        && (messages == null ? millis != null && millis <= SHORT_MILLIS : messages <= FEW_MESSAGES);
  }

  private static String behind(List<Warehouse> all) {
    return all.stream()
        .filter(warehouse -> warehouse.lagMessages() != null)
        .findFirst()
        .map(warehouse -> ", %,d messages behind".formatted(warehouse.lagMessages()))
        .orElse("");
  }

  private static String word(Object phase) {
    return phase.toString().toLowerCase(java.util.Locale.ROOT);
  }

  private void miss(String sentence, Object... values) {
    missing.add(sentence.formatted(values));
  }
}
