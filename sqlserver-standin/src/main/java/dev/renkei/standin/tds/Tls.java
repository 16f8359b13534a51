package dev.renkei.standin.tds;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS; its certificate is made when the first client wants it. Thread-safe.
 *
 * <p>TLS 1.2 alone, as SQL Server under TDS 7.x: what a TLS 1.3 server sends after its handshake
 * would reach a client that has just stopped to unwrap TDS.
 */
final class Tls {
  private static final String[] PROTOCOLS = {"TLSv1.2"};

  private final InstantSource clock;
  private @Nullable Ready ready;

  Tls(InstantSource clock) {
    this.clock = clock;
  }

  private record Ready(SSLContext context, X509Certificate certificate) {}

  SSLEngine engine() throws IOException {
    SSLEngine engine = ready().context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  X509Certificate certificate() throws IOException {
    return ready().certificate;
  }

  private synchronized Ready ready() throws IOException {
    Ready made = ready;
    if (made == null) {
      made = make();
      ready = made;
    }
    return made;
  }

  private Ready make() throws IOException {
    try {
      SelfSignedCertificate own = SelfSignedCertificate.create(clock.instant());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] password = new char[0];
      store.setKeyEntry("tds", own.key(), password, new Certificate[] {own.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new Ready(context, own.certificate());
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available: " + e.getMessage(), e);
    }
  }
}
