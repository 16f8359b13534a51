package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.Secret;
import dev.renkei.core.hub.HubException;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.steps.mask.MaskKeysException;

/** The keys of masking that a configuration names. */
public final class MaskKeysOf {
  private MaskKeysOf() {}

  /**
   * Reads them.
   *
   * @throws HubException where they cannot be read
   */
  static MaskKeys configuration(Configuration config) throws HubException {
    try {
      return read(config);
    } catch (MaskKeysException e) {
      throw new HubException(String.valueOf(e.getMessage()));
    }
  }

  /** Reads them; the sentence of a failure names the key. */
  public static MaskKeys read(Configuration config) throws MaskKeysException {
    Secret keyset = config.privacy().keyset();
    if (keyset == null) {
      throw new IllegalStateException("nothing is masked");
    }
    return MaskKeys.parse(keyset.reveal());
  }
}
