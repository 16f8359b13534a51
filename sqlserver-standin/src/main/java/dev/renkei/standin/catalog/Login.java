package dev.renkei.standin.catalog;

import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Someone who may log in to the instance.
 *
 * @param principalId as in {@code sys.server_principals}: sa is 1
 * @param salt in hex
 * @param hash in hex: PBKDF2 of the password
 */
public record Login(String name, int principalId, String salt, String hash)
    implements Serializable {
  /** Few rounds: a stand-in logs in thousands of times in tests, and guards no secrets. */
  private static final int ROUNDS = 1000;

  /** A login whose password is kept as a hash only. */
  static Login of(String name, int principalId, String password) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    String hex = HexFormat.of().formatHex(salt);
    return new Login(name, principalId, hex, hash(hex, password));
  }

  boolean accepts(String password) {
    return MessageDigest.isEqual(
        HexFormat.of().parseHex(hash), HexFormat.of().parseHex(hash(salt, password)));
  }

  private static String hash(String salt, String password) {
    try {
      PBEKeySpec spec =
          new PBEKeySpec(password.toCharArray(), HexFormat.of().parseHex(salt), ROUNDS, 256);
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return HexFormat.of().formatHex(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Login[" + name + "]";
  }
}
