package dev.renkei.cli.node;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.HubException;
import java.util.Optional;

/**
 * What something was, one value after the other, as claims that all processes see.
 *
 * @param subject of the claims, which a number follows
 */
record ClaimedHistory(ClaimStore claims, String subject) {
  /** Whether nothing is known of before. */
  boolean isEmpty() throws HubException, InterruptedException {
    return count() == 0;
  }

  /** Whether it was something before, and something else last. */
  boolean isAnother(String value) throws HubException, InterruptedException {
    int count = count();
    return count > 0 && !at(count).map(value::equals).orElse(false);
  }

  /** Notes what it is now. */
  void add(String value, String by) throws HubException, InterruptedException {
    int count = count();
    if (count == 0 || !at(count).map(value::equals).orElse(false)) {
      var unused = claims.claim(numbered(count + 1), by, value);
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
    return claims.holder(numbered(number)).map(ClaimStore.Claim::content);
  }

  private String numbered(int number) {
    return subject + "/" + number;
  }
}
