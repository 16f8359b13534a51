package dev.renkei.core.config;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook's sender and receiver share, as <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a> writes it: 24 to 64 bytes in
 * Base64, with or without {@code whsec_} before them. Never shown.
 */
public final class WebhookSecret implements Hidden {
  private static final String PREFIX = "whsec_";
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;

  private final byte[] key;

  private WebhookSecret(byte[] key) {
    this.key = key;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException for anything else, without quoting it
   */
  public static WebhookSecret parse(String text) {
    byte[] key;
    try {
      key =
          Base64.getDecoder()
              .decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a webhook's secret is Base64");
    }
    if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
      throw new IllegalArgumentException("a webhook's secret has 24 to 64 bytes");
    }
    return new WebhookSecret(key);
  }

  /** For the one call that needs it: a signature. */
  public byte[] key() {
    return key.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WebhookSecret that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
