package dev.renkei.steps.enrich;

import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A type of events, the master that its events are joined with, and the table of what comes out.
 */
public record Joining(TableName events, TableName enriched, EventsConfig.Join join)
    implements Serializable {
  /** Those of a configuration. */
  public static List<Joining> of(EventsConfig config) {
    return config.joined().stream()
        .map(
            type -> new Joining(type.table(), type.enriched(), Objects.requireNonNull(type.join())))
        .toList();
  }
}
