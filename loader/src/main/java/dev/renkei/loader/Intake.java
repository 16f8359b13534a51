package dev.renkei.loader;

import dev.renkei.loader.Tries.StoppedException;
import java.time.Instant;

/**
 * Where a loader's messages come from: decides what is read, when it counts as loaded, and how it
 * is read again. Belongs to the loader's thread, but for {@link #close} of one that never began.
 */
sealed interface Intake permits PositionedIntake, AcknowledgedIntake {
  /** Finds where to read on. */
  void begin() throws InterruptedException, StoppedException;

  /** Reads what has arrived and loads it; returns soon where nothing has. */
  void turn() throws InterruptedException, StoppedException;

  /** Reads again from that time. Durable when it returns: a crash does not forget it. */
  void replay(Instant from) throws InterruptedException, StoppedException;

  /** Reads again from a mark; tells where there is no such mark. Durable when it returns. */
  void replay(String mark) throws InterruptedException, StoppedException;

  /** After the last turn of a loader that has not failed. */
  void end();

  /** Lets go of the reader; what is not durable yet comes again at the next start. */
  void close();
}
