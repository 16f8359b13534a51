package dev.renkei.server;

import dev.renkei.core.config.Secret;
import dev.renkei.core.config.ServerConfig;
import dev.renkei.server.console.Pages;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. With a token: who presents it; health is open, and the console's files, which
 * hold no data. On loopback without a token: who asks for this machine by one of its own names, so
 * that no page in a browser can ask by way of a name that leads here (DNS rebinding) or from
 * another site. On loopback with a token such callers may see how things are, and nothing more;
 * those who come by way of a proxy may not.
 */
final class Doorkeeper {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  static final String OVERVIEW = "/api/overview";

  private static final Set<String> OPEN = Set.of(LIVE, READY);

  /** What shows how things are: no rows, no keys, and nothing changes. */
  private static final Set<String> LOOKS = Set.of(OVERVIEW, HistoryEndpoint.PATH);

  private static final Pattern OWN_NAME =
      Pattern.compile("(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d{1,5})?");

  private final @Nullable Secret token;
  private final boolean onLoopback;

  Doorkeeper(ServerConfig config) {
    this.token = config.token();
    this.onLoopback = config.listen().isLoopback();
  }

  /**
   * What a request carries that matters here; null for a header that is absent.
   *
   * @param relayed whether it seems to come by way of a proxy, so from who knows where
   */
  record Caller(
      String path,
      @Nullable String host,
      @Nullable String origin,
      @Nullable String authorization,
      boolean relayed) {
    private static final List<String> OF_PROXIES =
        List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");

    /** Of a request. A proxy may say nothing of itself but speak HTTP 1.0, as nginx does. */
    static Caller of(HttpServletRequest request, String path) {
      return new Caller(
          path,
          request.getHeader("Host"),
          request.getHeader("Origin"),
          request.getHeader("Authorization"),
          request.getProtocol().equals("HTTP/1.0")
              || OF_PROXIES.stream().anyMatch(name -> request.getHeader(name) != null));
    }
  }

  /** Why this caller stays outside; empty where it may come in. */
  Optional<Refusal> refuses(Caller caller) {
    return token == null ? refusesForeign(caller) : refusesStranger(caller, token);
  }

  /** Whether there is a token. */
  boolean needsToken() {
    return token != null;
  }

  private Optional<Refusal> refusesStranger(Caller caller, Secret token) {
    if (OPEN.contains(caller.path())
        || Pages.holds(caller.path())
        || matches(token, caller.authorization())) {
      return Optional.empty();
    }
    if (onLoopback
        && LOOKS.contains(caller.path())
        && caller.authorization() == null
        && !caller.relayed()) {
      return refusesForeign(caller);
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
