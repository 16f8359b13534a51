package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The dead letters of an installation, by side. */
public final class Letters {
  /** The clear side. */
  public static final String HUB = "hub";

  /** The masked side. */
  public static final String MASKED = "masked";

  private Letters() {}

  /** Those of the hub, and of the masked side where there is one. */
  public static Map<String, OpenLetters> of(Configuration config, Hub hub) {
    return config.privacy().masks()
        ? Map.of(HUB, hub.openLetters(), MASKED, new OfMaskedSide(hub))
        : Map.of(HUB, hub.openLetters());
  }

  /** Opens the side for as long as it is asked. */
  private record OfMaskedSide(Hub hub) implements OpenLetters {
    @Override
    public List<Listed> newest(int atMost, LetterFilter which)
        throws HubException, InterruptedException {
      try (Hub side = hub.masked()) {
        return side.openLetters().newest(atMost, which);
      }
    }

    @Override
    public Optional<DeadLetter> find(String id) throws HubException, InterruptedException {
      try (Hub side = hub.masked()) {
        return side.openLetters().find(id);
      }
    }

    @Override
    public SentBack sendBack(LetterFilter which, long atMost, LongConsumer progress)
        throws HubException, InterruptedException {
      try (Hub side = hub.masked()) {
        return side.openLetters().sendBack(which, atMost, progress);
      }
    }
  }
}
