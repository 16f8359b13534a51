package dev.renkei.loader;

import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.SchemaStore;

/**
 * What a loader needs of a hub beside its messages.
 *
 * @param cursors tell whether anything was published before
 */
public record HubPorts(
    SchemaStore schemas, CursorStore cursors, DeadLetters deadLetters, ReloadRequests reloads) {
  public static HubPorts of(Hub hub, ReloadRequests reloads) {
    return new HubPorts(hub.schemas(), hub.cursors(), hub.deadLetters(), reloads);
  }
}
