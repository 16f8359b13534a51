package dev.renkei.cli.node;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.HubException;
import java.util.Optional;

/**
 * How a source has been masked, one way after the other, as claims that all processes see.
 *
 * @param source its configured name
 */
record MaskingHistory(ClaimStore claims, String source) {
  /** Whether it was masked before, and last in another way. */
  boolean isAnother(String fingerprint) throws HubException, InterruptedException {
    int count = count();
    return count > 0 && !at(count).map(fingerprint::equals).orElse(false);
  }

  /** Notes that it is masked in this way now. */
  void add(String fingerprint, String by) throws HubException, InterruptedException {
    int count = count();
    if (count == 0 || !at(count).map(fingerprint::equals).orElse(false)) {
      var unused = claims.claim(subject(count + 1), by, fingerprint);
    }
  }

  private int count() throws HubException, InterruptedException {
    int count = 0;
    while (at(count + 1).isPresent()) {
      count++;
    }
    return count;
  }

  private Optional<String> at(int number) throws HubException, InterruptedException {
    return claims.holder(subject(number)).map(ClaimStore.Claim::content);
  }

  private String subject(int number) {
    return source + "/masking/" + number;
  }
}
