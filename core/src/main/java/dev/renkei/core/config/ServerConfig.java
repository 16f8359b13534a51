package dev.renkei.core.config;

import org.jspecify.annotations.Nullable;

/**
 * The control endpoint.
 *
 * @param token what callers must present; null where loopback alone protects it
 */
public record ServerConfig(ListenAddress listen, @Nullable Secret token) {
  public ServerConfig {
    if (token == null && !listen.isLoopback()) {
      throw new IllegalArgumentException(
          "listening on %s lets other machines in: give a token, or listen on 127.0.0.1"
              .formatted(listen));
    }
  }
}
