package dev.renkei.demo;

import java.util.List;

/**
 * What one use of the linked data came to: what was computed while data flowed, against the same
 * computed afterwards from what lies in the warehouse.
 *
 * @param name for example {@code masked}
 * @param what it is, for people
 * @param checked how many rows, notices or windows were compared
 * @param different how many of them were missing, different or too many
 * @param examples the first few of them, a sentence each
 */
public record UseProof(
    String name, String what, long checked, long different, List<String> examples) {
  public UseProof {
    examples = List.copyOf(examples);
  }

  /** Something was there to be compared, and all of it was as it must be. */
  public boolean isFine() {
    return checked > 0 && different == 0;
  }
}
