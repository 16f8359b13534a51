package dev.renkei.steps.mask;

import com.google.crypto.tink.DeterministicAead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Hashes and tokens by one set of keys. Thread-safe. */
final class Crypto {
  private static final String HMAC = "HmacSHA256";
  private static final HexFormat HEX = HexFormat.of();

  private final ThreadLocal<Mac> values;
  private final ThreadLocal<Mac> ids;
  private final ThreadLocal<MessageDigest> digests =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });
  private final DeterministicAead tokens;

  Crypto(MaskKeys keys) {
    byte[] key = keys.hashKey();
    this.values = macs(key);
    // Of a key of their own, so that no id can be the hash of a value.
    this.ids = macs(mac(key).doFinal("renkei id 1".getBytes(StandardCharsets.UTF_8)));
    this.tokens = keys.tokens();
  }

  private static ThreadLocal<Mac> macs(byte[] key) {
    return ThreadLocal.withInitial(() -> mac(key));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  /** HMAC-SHA-256 of a text, in 64 hex digits. */
  String hash(String text) {
    return HEX.formatHex(values.get().doFinal(Canonical.bytes(text)));
  }

  /** SHA-256 of a text, in 64 hex digits. */
  String unkeyedHash(String text) {
    return HEX.formatHex(digests.get().digest(Canonical.bytes(text)));
  }

  /** What stands for an id, in 64 hex digits. */
  String id(String id) {
    return HEX.formatHex(ids.get().doFinal(Canonical.bytes(id)));
  }

  /** The text encrypted, in base64. */
  String token(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              tokens.encryptDeterministically(Canonical.bytes(text), MaskKeys.TOKEN_OF));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a value cannot be encrypted", e);
    }
  }
}
