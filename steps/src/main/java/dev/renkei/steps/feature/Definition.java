package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A feature as its state knows it: what is computed otherwise has another id, and begins anew.
 *
 * @param id the feature's name, and a hash of all that decides about its numbers
 * @param retracts whether its rows may change: those of events do not
 */
record Definition(FeatureConfig feature, String id, boolean retracts) implements Serializable {
  private static final String EVENTS = "events";

  /** Events that are joined with rows are told again when a row comes late. */
  private static final String JOINED = "_enriched";

  private static final int HASH_BYTES = 6;

  static Definition of(FeatureConfig feature) {
    String text =
        "%s|%s|%s|%s|%s|%s|%s"
            .formatted(
                feature.from(),
                feature.keys(),
                feature.where(),
                feature.time(),
                feature.timezone(),
                feature.window(),
                feature.values());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Definition(
          feature,
          feature.name() + "@" + HexFormat.of().formatHex(hash, 0, HASH_BYTES),
          !feature.from().schema().equals(EVENTS) || feature.from().table().endsWith(JOINED));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
