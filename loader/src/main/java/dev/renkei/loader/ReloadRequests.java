package dev.renkei.loader;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import org.jspecify.annotations.Nullable;

/** Where a loader asks for a reload, since it cannot know what it has missed. */
@FunctionalInterface
public interface ReloadRequests {
  /**
   * Durable when it returns; asking twice does no harm.
   *
   * @param table null for all tables
   * @param reason a sentence for the operator
   */
  void request(@Nullable TableName table, String reason) throws HubException, InterruptedException;
}
