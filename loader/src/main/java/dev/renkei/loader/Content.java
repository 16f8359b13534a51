package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.ControlMessage.Addressed;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What stands in messages that were read together. Belongs to the loader's thread. */
final class Content {
  private final List<Change> changes;
  private final Map<Change, HubRecord> origins = new IdentityHashMap<>();
  private final List<Control> controls = new ArrayList<>();
  private final List<HubRecord> aside = new ArrayList<>();

  /** A control message, and as what it was read. */
  record Control(Addressed message, HubRecord record) {}

  Content(int messages) {
    this.changes = new ArrayList<>(messages);
  }

  /** In the order in which they are applied. */
  List<Change> changes() {
    return changes;
  }

  Map<Change, HubRecord> origins() {
    return origins;
  }

  List<Control> controls() {
    return controls;
  }

  /** Those that could not be read or applied. */
  List<HubRecord> aside() {
    return aside;
  }

  void add(Change change, HubRecord record) {
    changes.add(change);
    origins.put(change, record);
  }

  /** Takes a change out, which that warehouse refuses. */
  HubRecord remove(Change refused) {
    HubRecord record = origins.remove(refused);
    if (record == null || !changes.removeIf(change -> change == refused)) {
      throw new IllegalStateException("the warehouse refuses a change that it was not given");
    }
    return record;
  }
}
