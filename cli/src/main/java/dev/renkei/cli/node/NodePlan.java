package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubReader;
import dev.renkei.loader.LoadObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which parts a process runs.
 *
 * @param hub who brings an embedded broker
 * @param trackers by their stable names
 * @param collects whether events are taken from clients here
 * @param flows that run here, of {@link Flows#known}
 * @param flowPlace under which name flows keep their state; null for whichever is free
 * @param warehouses that are loaded here
 * @param watch on what loaders read and write
 */
public record NodePlan(
    HubUse hub,
    List<String> trackers,
    boolean collects,
    List<String> flows,
    @Nullable String flowPlace,
    List<WarehouseConfig> warehouses,
    Watch watch) {
  /** Looks at what loaders read and write, each by its warehouse's name. */
  public interface Watch {
    Watch NONE = new Watch() {};

    /** Told of what has become visible in the warehouse. */
    default LoadObserver observer(String warehouse) {
      return LoadObserver.NONE;
    }

    /** Put around a loader's reader, for example to plant a loss. */
    default HubReader tap(String warehouse, HubReader reader) {
      return reader;
    }
  }

  /** Who brings an embedded broker; an outside cluster is there already. */
  public enum HubUse {
    /** This process, and no other may have one. */
    HOST,
    /** Whoever is first. */
    HOST_OR_JOIN
  }

  public NodePlan {
    trackers = List.copyOf(trackers);
    flows = List.copyOf(flows);
    warehouses = List.copyOf(warehouses);
  }

  /** Parts that nobody watches. */
  private static NodePlan of(
      HubUse hub, List<String> trackers, List<String> flows, List<WarehouseConfig> warehouses) {
    return new NodePlan(hub, trackers, false, flows, null, warehouses, Watch.NONE);
  }

  /** Everything that the configuration says, in one process. */
  public static NodePlan everything(Configuration config) {
    return new NodePlan(
        HubUse.HOST,
        trackers(config),
        !config.events().isEmpty(),
        Flows.of(config),
        null,
        loadedWarehouses(config),
        Watch.NONE);
  }

  /** Everything but the trackers, which are processes of their own. */
  public static NodePlan withoutTrackers(Configuration config, Watch watch) {
    return new NodePlan(
        HubUse.HOST,
        List.of(),
        !config.events().isEmpty(),
        Flows.of(config),
        null,
        loadedWarehouses(config),
        watch);
  }

  /** The collector alone. */
  public static NodePlan collector() {
    return new NodePlan(
        HubUse.HOST_OR_JOIN, List.of(), true, List.of(), null, List.of(), Watch.NONE);
  }

  public static NodePlan tracker(String name) {
    return of(HubUse.HOST_OR_JOIN, List.of(name), List.of(), List.of());
  }

  /**
   * One flow alone.
   *
   * @param place under which name it keeps its state; null for whichever is free
   */
  public static NodePlan flow(String name, @Nullable String place) {
    return new NodePlan(
        HubUse.HOST_OR_JOIN, List.of(), false, List.of(name), place, List.of(), Watch.NONE);
  }

  public static NodePlan loaders(List<WarehouseConfig> warehouses) {
    return of(HubUse.HOST_OR_JOIN, List.of(), List.of(), warehouses);
  }

  /** The names of a configuration's trackers: {@code tracker-a}, {@code tracker-b} and so on. */
  public static List<String> trackers(Configuration config) {
    return IntStream.range(0, config.trackers().count())
        .mapToObj(i -> i < 26 ? "tracker-" + (char) ('a' + i) : "tracker-" + (i + 1))
        .toList();
  }

  /** Those that Renkei's own loader loads. */
  public static List<WarehouseConfig> loadedWarehouses(Configuration config) {
    return enabledWarehouses(config).stream()
        .filter(
            warehouse ->
                !(warehouse instanceof WarehouseConfig.BigQuery bigQuery && bigQuery.byBeam()))
        .toList();
  }

  /** Those that are loaded, by whomever. */
  public static List<WarehouseConfig> enabledWarehouses(Configuration config) {
    List<WarehouseConfig> enabled = new ArrayList<>();
    for (WarehouseConfig warehouse : config.warehouses()) {
      if (warehouse.enabled()) {
        enabled.add(warehouse);
      }
    }
    return enabled;
  }

  /** What it does, as status and run files show it. */
  public List<String> roles() {
    List<String> roles = new ArrayList<>();
    trackers.forEach(name -> roles.add("track " + name));
    if (collects) {
      roles.add(CollectorRole.NAME);
    }
    flows.forEach(name -> roles.add("flow " + name));
    warehouses.forEach(warehouse -> roles.add(role(warehouse)));
    return roles;
  }

  /** What the loader of a warehouse is called among the roles of a process. */
  static String role(WarehouseConfig warehouse) {
    return "load " + warehouse.name();
  }
}
