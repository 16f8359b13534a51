package dev.renkei.core.hub;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What publishers had published when this was made, on its way to those who read the hub. Belongs
 * to one thread.
 */
public interface Passage extends AutoCloseable {
  /** When it was made. */
  Instant since();

  /**
   * The offsets, by partition of the reader's topic, behind all of it: a reader that stands there
   * has it. Empty as long as part of it has not come so far; no partitions on an unordered hub,
   * where only time tells.
   */
  Optional<Map<Integer, Long>> ends() throws HubException, InterruptedException;

  @Override
  void close();
}
