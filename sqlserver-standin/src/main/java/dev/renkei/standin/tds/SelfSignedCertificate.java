package dev.renkei.standin.tds;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A certificate for {@code localhost} and the loopback addresses that signs itself, made in memory
 * with an elliptic-curve key (RFC 5280 in DER, written by hand: the JDK has no public API for it).
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {
  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int TAGGED_0 = 0xA0;
  private static final int TAGGED_3 = 0xA3;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;

  /** 1.2.840.10045.4.3.2. */
  private static final byte[] ECDSA_WITH_SHA256 =
      der(OBJECT_ID, new byte[] {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02});

  /** 2.5.4.3. */
  private static final byte[] COMMON_NAME = der(OBJECT_ID, new byte[] {0x55, 0x04, 0x03});

  /** 2.5.29.17. */
  private static final byte[] SUBJECT_ALTERNATIVE_NAME =
      der(OBJECT_ID, new byte[] {0x55, 0x1D, 0x11});

  /** Makes a new key and its certificate, valid from a day before {@code now} for ten years. */
  static SelfSignedCertificate create(Instant now) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
    byte[] name =
        der(
            SEQUENCE,
            der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, utf8("SQL Server stand-in")))));
    byte[] alternatives =
        der(
            SEQUENCE,
            der(DNS_NAME, utf8("localhost")),
            der(IP_ADDRESS, new byte[] {127, 0, 0, 1}),
            der(IP_ADDRESS, loopback6()));
    byte[] content =
        der(
            SEQUENCE,
            der(TAGGED_0, der(INTEGER, new byte[] {2})),
            der(INTEGER, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
            algorithm,
            name,
            der(SEQUENCE, time(now.minus(Duration.ofDays(1))), time(now.plus(VALIDITY))),
            name,
            keys.getPublic().getEncoded(),
            der(
                TAGGED_3,
                der(
                    SEQUENCE,
                    der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, alternatives)))));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(content);
    byte[] signed =
        der(SEQUENCE, content, algorithm, der(BIT_STRING, new byte[] {0}, signer.sign()));
    return new SelfSignedCertificate(
        keys.getPrivate(),
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(signed)));
  }

  private static byte[] loopback6() {
    byte[] address = new byte[16];
    address[15] = 1;
    return address;
  }

  private static byte[] time(Instant instant) {
    return der(GENERALIZED_TIME, utf8(TIME.format(instant)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Tag, length and the joined parts. */
  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
