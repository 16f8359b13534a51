package dev.renkei.demo;

import java.util.List;

/**
 * What the proof found; the counts are those of {@link DemoReport}.
 *
 * @param differences the first {@link #MAX_NAMED} of those that {@code lost} and {@code duplicated}
 *     count
 * @param unbalanced sentences about sums that do not add up ({@code committed = collapsed +
 *     delivered + superseded} and the like); empty where all do
 */
public record Evidence(
    long snapshotRows,
    long committed,
    long collapsed,
    long superseded,
    long delivered,
    long rawMessages,
    long duplicatesRemoved,
    long lost,
    long duplicated,
    List<Difference> differences,
    List<String> unbalanced,
    DemoReport.Latency latency,
    DemoReport.Verify verify) {
  /** How many differences are named. */
  public static final int MAX_NAMED = 20;

  public Evidence {
    differences = List.copyOf(differences);
    unbalanced = List.copyOf(unbalanced);
  }

  /** Nothing lost, nothing twice, whole tables equal, and the sums balance. */
  public boolean isFine() {
    return lost == 0 && duplicated == 0 && verify.equal() && unbalanced.isEmpty();
  }
}
