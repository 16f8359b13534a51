package dev.renkei.core.hub;

import java.util.Optional;

/**
 * The shared log of claims (SEMANTICS 2, 16): who takes a snapshot, which epoch a recovery fork is.
 * The first claim of a subject wins; whoever loses gets the winner's.
 */
public interface ClaimStore {
  /**
   * Claims a subject.
   *
   * @param subject for example {@code shop/dbo.Orders/snapshot/3}
   * @param claimant the tracker's name
   * @param content what is agreed, for example an epoch's number
   * @return the claim that holds: this one, or the earlier one
   */
  Claim claim(String subject, String claimant, String content)
      throws HubException, InterruptedException;

  /** The claim that holds a subject, as of when this was called; empty where nobody claimed it. */
  Optional<Claim> holder(String subject) throws HubException, InterruptedException;

  record Claim(String subject, String claimant, String content) {}
}
