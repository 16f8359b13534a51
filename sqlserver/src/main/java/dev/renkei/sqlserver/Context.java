package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilter;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageCodec;
import java.time.Clock;
import java.time.Instant;

/** What all tables of one tracker share. */
record Context(
    TrackerOptions options,
    HubPublisher publisher,
    CursorStore cursors,
    ClaimStore claims,
    Epochs epochs,
    SchemaStore schemas,
    RowFilter filter,
    Resting resting,
    Clock clock,
    MessageCodec codec,
    SourceConnections connections,
    CommitTimes commitTimes) {

  String source() {
    return options.source().name();
  }

  Instant now() {
    return clock.instant();
  }
}
