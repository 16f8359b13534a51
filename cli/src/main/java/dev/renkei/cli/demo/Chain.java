package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.HubException;
import dev.renkei.demo.Topic;
import java.util.concurrent.TimeoutException;

/** What stands between trackers and warehouse in a demo, by the hub's vendor. */
interface Chain extends AutoCloseable {
  /** The section {@code hub} of the demo's configuration, as one line of YAML. */
  String configuration();

  /** Its parts as the live view draws them. */
  String picture();

  /** Makes what must be there before anything starts. */
  default void prepare(Configuration config, String warehouse)
      throws HubException, InterruptedException {}

  /**
   * Waits until the warehouse has taken everything that the trackers have published so far.
   *
   * @param untilNanos of {@link System#nanoTime}
   * @throws TimeoutException saying what has not arrived
   */
  void awaitLoaded(Node node, String warehouse, long untilNanos)
      throws HubException, InterruptedException, TimeoutException;

  /** What the hub holds; nobody publishes any more. */
  Topics topics(Node node) throws HubException, InterruptedException;

  @Override
  void close();

  /**
   * Both ends of the hub.
   *
   * @param raw what trackers published
   * @param hub what of it reaches consumers
   * @param reader what both read from
   */
  record Topics(Topic raw, Topic hub, AutoCloseable reader) implements AutoCloseable {
    @Override
    public void close() {
      try {
        reader.close();
      } catch (Exception e) {
        throw new IllegalStateException("a reader that does not close", e);
      }
    }
  }
}
