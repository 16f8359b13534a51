package dev.renkei.sqlserver;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.HubException;
import org.jspecify.annotations.Nullable;

/**
 * Which recovery fork of the database this source's versions belong to (SEMANTICS 2). There is one
 * epoch: a fork that differs from the agreed one stops the tables, since its versions may name
 * other changes.
 */
final class Epochs {
  static final int FIRST = 1;
  private static final String UNSEEN = "unseen";

  private Epochs() {}

  /**
   * The fork that all trackers of the source agree on.
   *
   * @param fork as the database says now; null where it is not to be seen
   */
  static String agreed(ClaimStore claims, String source, String tracker, @Nullable String fork)
      throws HubException, InterruptedException {
    return claims
        .claim(source + "/epoch/" + FIRST, tracker, fork == null ? UNSEEN : fork)
        .content();
  }

  static boolean same(String agreed, @Nullable String fork) {
    return fork == null || agreed.equals(UNSEEN) || agreed.equalsIgnoreCase(fork);
  }
}
