package dev.renkei.server;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import java.util.Collection;
import java.util.List;

/** Which parts of the installation rest, and letting them; from several threads at once. */
public interface Rests {
  /** Where there is nothing to rest. */
  Rests NONE =
      new Rests() {
        @Override
        public Collection<Pause> all() {
          return List.of();
        }

        @Override
        public void pause(Part part, String reason) {
          throw new IllegalArgumentException("nothing here can rest");
        }

        @Override
        public List<Pause> resume(Collection<Part> parts) {
          return List.of();
        }
      };

  /** All of them, the oldest first. */
  Collection<Pause> all() throws HubException, InterruptedException;

  /**
   * Lets a part rest, in all processes: durable when this returns, done within seconds.
   *
   * @throws IllegalArgumentException where there is no such part; the message goes to the caller
   */
  void pause(Part part, String reason) throws HubException, InterruptedException;

  /**
   * Lets parts go on.
   *
   * @return those that had rested
   */
  List<Pause> resume(Collection<Part> parts) throws HubException, InterruptedException;
}
