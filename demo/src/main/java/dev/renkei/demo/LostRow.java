package dev.renkei.demo;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a planted loss takes: of the first row that is seen inserted or updated after
 * {@link #activate}, all changes from then on. The row's last version can then not reach the
 * warehouse, whatever happens to it later; its snapshot rows pass.
 */
public final class LostRow {
  private volatile boolean active;
  private volatile @Nullable Planted planted;

  /** From now on; any thread may say so. */
  public void activate() {
    active = true;
  }

  /** Whose changes are lost; empty before the first one was. */
  public Optional<Planted> planted() {
    return Optional.ofNullable(planted);
  }

  /** Whether this message is to be lost. One thread asks. */
  boolean takes(HubRecord record) {
    var attributes = record.attributes();
    if (!active || attributes == null) {
      return false;
    }
    ChangeType type = attributes.type();
    boolean upsert = type == ChangeType.INSERT || type == ChangeType.UPDATE;
    Planted row = new Planted(attributes.table(), KeyText.ofUniqueId(attributes.uniqueId()));
    if (planted == null && upsert) {
      planted = row;
    }
    return (upsert || type == ChangeType.DELETE) && row.equals(planted);
  }
}
