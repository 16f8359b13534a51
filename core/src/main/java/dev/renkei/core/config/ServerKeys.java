package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ValueKey;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code server}, and what they make. */
final class ServerKeys {
  private static final ValueKey<ListenAddress> LISTEN =
      ValueKey.of(
          "listen",
          ValueType.of(
              ListenAddress.class, "an address host:port, port 0 for any", ListenAddress::parse),
          "127.0.0.1:8080",
          "Where `status`, `query` and the like ask; not only loopback needs a `token`.");
  private static final ValueKey<Secret> TOKEN =
      ValueKey.optional(
          "token",
          ValueType.secret("a text, best as ${NAME} or ${file:PATH}"),
          "What callers must present.");
  static final Group SERVER = Group.of("server", "The control endpoint.", LISTEN, TOKEN);

  private ServerKeys() {}

  /** The section; null where it has faults. */
  static @Nullable ServerConfig read(Values root, Reading reading) {
    return reading.make(root.get(SERVER), v -> new ServerConfig(v.get(LISTEN), v.find(TOKEN)));
  }
}
