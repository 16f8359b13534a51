package dev.renkei.hub.pubsub.state;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Small objects by name, each with a generation that is another one after every write, also after
 * the object was removed and made again. A write counts only on top of the generation that its
 * writer knew. Several processes may use one store. Thread-safe.
 *
 * <p>Names are made of {@link ObjectName#of safe characters}, their parts separated by slashes.
 */
public interface StateStore extends AutoCloseable {
  /** The generation of an object that is not there. */
  long ABSENT = 0;

  /** Where it is, for people. */
  String address();

  /** An object whole; empty where it is not there. */
  Optional<Entry> read(String name) throws HubException, InterruptedException;

  /** An object's generation, or {@link #ABSENT}; cheaper than reading it. */
  long generation(String name) throws HubException, InterruptedException;

  /**
   * Writes an object where it has that generation still; {@link #ABSENT} makes it. Durable when it
   * returns.
   *
   * @return the new generation; empty where the object has another one: nothing is written then,
   *     unless it was this very write, whose answer was lost on the way
   */
  OptionalLong write(String name, byte[] content, long generation)
      throws HubException, InterruptedException;

  /** Objects whose names begin so, by name, the first of them. */
  List<Listed> list(String prefix, int atMost) throws HubException, InterruptedException;

  /** Removes an object; nothing happens where it is not there. */
  void delete(String name) throws HubException, InterruptedException;

  /** How long to wait between two writes of one object that go on and on. */
  Duration writeInterval();

  /** How long to wait before looking again whether an object has changed. */
  Duration pollInterval();

  @Override
  void close();

  /** An object as read. The array is not copied. */
  record Entry(long generation, byte[] content) {}

  /** An object as listed. */
  record Listed(String name, long generation) {}
}
