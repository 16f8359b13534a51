package dev.renkei.core.feature;

import dev.renkei.core.hub.HubSubscription.HubRecord;
import java.util.List;

/**
 * Keeps rows of features for lookups, the latest of every key and window by its sequence: in
 * whatever order they come, and however often. Belongs to one thread.
 */
public interface FeatureSink extends AutoCloseable {
  /**
   * Writes rows; durable when it returns.
   *
   * @param rows messages about rows, of readable attributes
   * @return what is refused for what it is, each with a sentence
   * @throws FeatureSinkException where they cannot be written now; all of them are to come again
   */
  List<Refused> write(List<HubRecord> rows) throws FeatureSinkException, InterruptedException;

  @Override
  void close();

  /** A row that cannot be kept. */
  record Refused(HubRecord row, String reason) {}
}
