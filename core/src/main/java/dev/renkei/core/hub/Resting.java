package dev.renkei.core.hub;

import dev.renkei.core.hub.Pause.Part;
import java.util.Optional;

/** What rests now, as was last seen. Cheap, and answered from memory. */
@FunctionalInterface
public interface Resting {
  Resting NOTHING = part -> Optional.empty();

  /** The pause of this part itself; a table rests with its source, too. */
  Optional<Pause> pause(Part part);
}
