package dev.renkei.beam.warehouse;

import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.io.Serializable;

/** Removes what has vanished at the source: a value of plain values, which workers get. */
public interface SnapshotSweeper extends Serializable {
  /** Opens it on a worker. */
  Open open() throws Exception;

  /** One that is open. */
  interface Open extends AutoCloseable {
    /**
     * Sweeps after a snapshot all of whose rows are durable; once more, it changes nothing.
     *
     * @return how many rows had vanished
     */
    long sweep(SnapshotClosed closing) throws Exception;

    @Override
    void close();
  }
}
