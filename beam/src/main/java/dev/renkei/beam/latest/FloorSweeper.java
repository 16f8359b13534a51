package dev.renkei.beam.latest;

import dev.renkei.beam.warehouse.SnapshotSweeper;
import dev.renkei.bigtable.BigtableException;
import dev.renkei.bigtable.Floors;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises a table's floor, which readers see at once, and deletes what lies below. After a part of a
 * table nothing is swept.
 */
record FloorSweeper(BigtableConfig bigtable) implements SnapshotSweeper {
  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(FloorSweeper.class);

  @Override
  public Open open() throws BigtableException {
    return new Sweeping(Floors.open(bigtable));
  }

  private record Sweeping(Floors floors) implements Open {
    @Override
    public long sweep(SnapshotClosed closing) throws BigtableException, InterruptedException {
      if (closing.part() != null) {
        log.atInfo()
            .addKeyValue("table", closing.table())
            .log("a part was loaded again: rows that vanished in it stay in Bigtable");
        return 0;
      }
      floors.raise(closing.table(), closing.start());
      return floors.deleteBelow(closing.table());
    }

    @Override
    public void close() {
      floors.close();
    }
  }
}
