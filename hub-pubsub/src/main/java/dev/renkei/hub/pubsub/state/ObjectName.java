package dev.renkei.hub.pubsub.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Names of objects that every file system and Cloud Storage take, and people can read. */
final class ObjectName {
  private static final int READABLE = 60;
  private static final int HASH_BYTES = 10;

  private ObjectName() {}

  /**
   * A name for any text: what can be read of it, then a hash of all of it, since file systems may
   * have long names refused and letters folded.
   */
  static String of(String text) {
    String readable =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    return readable.substring(0, Math.min(READABLE, readable.length())) + "." + hash(text);
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
