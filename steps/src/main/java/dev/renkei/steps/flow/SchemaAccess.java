package dev.renkei.steps.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import java.io.Serializable;

/**
 * How a step comes to the schemas of a hub, wherever an engine has copied it: a value of plain
 * values. Steps use it by {@link TableMessages}.
 */
@FunctionalInterface
public interface SchemaAccess extends Serializable {
  /** Opens the store; the caller closes what it gets. */
  OpenSchemas open() throws HubException, InterruptedException;

  /**
   * Access to a store that is open and that its owner closes: for engines that run steps in this
   * process and never copy them.
   */
  static SchemaAccess here(SchemaStore store) {
    return () -> OpenSchemas.of(store, () -> {});
  }
}
