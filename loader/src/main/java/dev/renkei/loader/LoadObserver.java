package dev.renkei.loader;

import dev.renkei.core.change.Change;
import java.time.Instant;
import java.util.List;

/** Watches what a loader brings into its warehouse. Called on the loader's thread: be brief. */
@FunctionalInterface
public interface LoadObserver {
  /** Watches nothing. */
  LoadObserver NONE = (changes, at) -> {};

  /**
   * Called after each commit that brought changes: queries see them now. After a restart, or a
   * replay, changes come again that the warehouse knows already.
   *
   * @param changes in the order in which they were applied; not to be kept without a copy
   * @param at when the commit returned
   */
  void committed(List<Change> changes, Instant at);
}
