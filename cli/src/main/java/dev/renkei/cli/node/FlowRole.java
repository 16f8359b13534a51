package dev.renkei.cli.node;

import dev.renkei.server.StatusReport;

/** One flow in this process. */
interface FlowRole extends AutoCloseable {
  /** As commands take it. */
  String name();

  /** What it says of itself now. */
  StatusReport.Flow report();

  /** Lets it rest, or go on. */
  void rest(boolean resting);

  /** Leaves, so that another process goes on at once, if there is one. */
  @Override
  void close();
}
