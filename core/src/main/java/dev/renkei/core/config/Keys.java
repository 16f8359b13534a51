package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Groups;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.ValueKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of everything that may stand in a configuration: names, what is accepted, defaults,
 * what it is for. The order is that of the reference page.
 */
final class Keys {
  private Keys() {}

  static final ValueKey<Integer> VERSION =
      ValueKey.required("version", ValueType.number(1, 1), "The version of this file's form.");
  static final ValueKey<String> NAME =
      ValueKey.required(
          "name",
          CommonTypes.NAME,
          "What this installation is called; trackers and groups are named after it. Must not change later.");
  static final ValueKey<Path> DATA_DIR =
      ValueKey.of(
          "data_dir",
          ValueType.path(),
          "./data",
          "Where the embedded broker, the state of flows and local files lie.");

  static final Group ROOT =
      Group.of(
          "",
          "",
          VERSION,
          NAME,
          DATA_DIR,
          SourceKeys.SOURCE,
          TrackerKeys.TRACKERS,
          TableKeys.TABLES,
          HubKeys.HUB,
          PrivacyKeys.PRIVACY,
          WarehouseKeys.WAREHOUSES,
          PipelineKeys.PIPELINES,
          EventKeys.EVENTS,
          EventKeys.COLLECTOR,
          BigtableKeys.BIGTABLE,
          FeatureKeys.FEATURES,
          RuleKeys.RULES,
          AlertKeys.OBJECTIVES,
          AlertKeys.ALERTS,
          VerifyKeys.VERIFY,
          ServerKeys.SERVER);

  /** The paths of the sections that have a key of this name; the top's is empty. */
  static List<String> sectionsWith(String key) {
    List<String> sections = new ArrayList<>();
    collectSections(ROOT, "", key, sections);
    return sections;
  }

  private static void collectSections(Group group, String path, String key, List<String> found) {
    for (Entry inGroup : group.entries()) {
      Entry entry = inGroup instanceof Only only ? only.entry() : inGroup;
      String child = Reading.child(path, entry.name());
      if (entry.name().equals(key)) {
        found.add(path);
      }
      if (entry instanceof Group inside) {
        collectSections(inside, child, key, found);
      } else if (entry instanceof Named named) {
        collectSections(named.each(), child + "." + named.placeholder(), key, found);
      } else if (entry instanceof Groups groups) {
        collectSections(groups.each(), child, key, found);
      }
    }
  }
}
