package dev.renkei.server;

import dev.renkei.core.config.Secret;
import dev.renkei.core.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. With a token: who presents it; health is open. On loopback without a token: who
 * asks for this machine by one of its own names, so that no page in a browser can ask by way of a
 * name that leads here (DNS rebinding) or from another site.
 */
final class Doorkeeper {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  private static final Set<String> OPEN = Set.of(LIVE, READY);
  private static final Pattern OWN_NAME =
      Pattern.compile("(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d{1,5})?");

  private final @Nullable Secret token;

  Doorkeeper(ServerConfig config) {
    this.token = config.token();
  }

  /** What a request carries that matters here; null for a header that is absent. */
  record Caller(
      String path,
      @Nullable String host,
      @Nullable String origin,
      @Nullable String authorization) {}

  /** Why this caller stays outside; empty where it may come in. */
  Optional<Refusal> refuses(Caller caller) {
    return token == null ? refusesForeign(caller) : refusesStranger(caller, token);
  }

  private static Optional<Refusal> refusesStranger(Caller caller, Secret token) {
    if (OPEN.contains(caller.path()) || matches(token, caller.authorization())) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            401,
            caller.authorization() == null ? "a token is needed" : "this is not the token",
            "Send the header `Authorization: Bearer ...` with what server.token says in the configuration."));
  }

  private static Optional<Refusal> refusesForeign(Caller caller) {
    String host = caller.host() == null ? "" : caller.host().toLowerCase(Locale.ROOT);
    if (!OWN_NAME.matcher(host).matches()) {
      return Optional.of(
          new Refusal(
              403,
              "asked for by a name that is not this machine's own",
              "Ask 127.0.0.1 or localhost; from elsewhere only with a server.token."));
    }
    String origin = caller.origin();
    if (origin != null && !origin.toLowerCase(Locale.ROOT).equals("http://" + host)) {
      return Optional.of(
          new Refusal(
              403,
              "a page of another site may not ask here",
              "Ask from a program, or set server.token."));
    }
    return Optional.empty();
  }

  /** In a time that tells nothing of how much of it was right. */
  private static boolean matches(Secret token, @Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    return MessageDigest.isEqual(digest(token.reveal()), digest(authorization.substring(7).trim()));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
