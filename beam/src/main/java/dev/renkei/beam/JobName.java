package dev.renkei.beam;

import java.util.Locale;

/**
 * What a flow's job is called on its engine. It is how a running job is found again: the next one
 * of that name goes on where it is.
 */
public final class JobName {
  private static final int MOST = 63;

  private JobName() {}

  /**
   * The name of an installation's flow, as Dataflow wants it: lower-case letters, digits and
   * dashes, beginning with a letter.
   *
   * @param part tells two jobs of one flow apart; empty where there is one
   */
  public static String of(String installation, Flow flow, String part) {
    String whole =
        "renkei-" + installation + "-" + flow.label() + (part.isEmpty() ? "" : "-" + part);
    String name =
        whole.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-+$", "");
    if (name.length() <= MOST) {
      return name;
    }
    String hash = Integer.toHexString(whole.hashCode());
    return name.substring(0, MOST - 1 - hash.length()).replaceAll("-+$", "") + "-" + hash;
  }
}
