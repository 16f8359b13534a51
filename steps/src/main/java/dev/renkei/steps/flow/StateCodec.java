package dev.renkei.steps.flow;

import java.io.Serializable;

/**
 * States as bytes, in a form that tells its version: what an earlier Renkei has written is read.
 */
public interface StateCodec<S> extends Serializable {
  byte[] write(S state);

  /**
   * @throws IllegalStateException where a later version has written it
   */
  S read(byte[] stored);
}
