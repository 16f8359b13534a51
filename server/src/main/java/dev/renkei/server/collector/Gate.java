package dev.renkei.server.collector;

import dev.renkei.core.config.EventsConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may send events. With keys: who presents one. On loopback without keys: who asks for this
 * machine by one of its own names. A page in a browser only where its origin is listed, or is the
 * collector's own.
 */
final class Gate {
  private static final Pattern OWN_NAME =
      Pattern.compile("(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d{1,5})?");
  private static final int LONGEST_KEY = 1024;

  private final List<byte[]> keys = new ArrayList<>();
  private final Set<String> origins;

  Gate(EventsConfig.Collector config) {
    config.keys().forEach(key -> keys.add(digest(key.reveal())));
    this.origins = Set.copyOf(config.origins());
  }

  /**
   * What a request carries that matters here; null for what is absent.
   *
   * @param key from {@code X-Api-Key}, from {@code Authorization: Bearer}, or from the parameter
   *     {@code key}
   * @param address where it comes from
   */
  record Caller(
      @Nullable String host, @Nullable String origin, @Nullable String key, String address) {}

  /** Whether it may. */
  sealed interface Verdict {}

  /**
   * It may.
   *
   * @param client by which it is told from others
   */
  record Welcome(String client) implements Verdict {}

  /** It may not. */
  record Outside(int status, String message) implements Verdict {}

  Verdict judge(Caller caller) {
    String origin = caller.origin();
    if (origin != null && !isKnown(origin) && !isOwn(origin, caller.host())) {
      return new Outside(
          403,
          "pages of this origin may not send events; `collector.cors.origins` lists those that may");
    }
    if (keys.isEmpty()) {
      String host = caller.host() == null ? "" : caller.host().toLowerCase(Locale.ROOT);
      return OWN_NAME.matcher(host).matches()
          ? new Welcome(caller.address())
          : new Outside(403, "asked for by a name that is not this machine's own");
    }
    String key = caller.key();
    if (key == null) {
      return new Outside(
          401, "a key is needed: the header `Authorization: Bearer ...`, or `X-Api-Key`");
    }
    int number = number(key);
    return number < 0 ? new Outside(401, "this is not a key") : new Welcome("key " + number);
  }

  /** Whether pages of an origin are listed, exactly as browsers write it. */
  boolean isKnown(String origin) {
    return origins.contains(origin);
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  /** Which key it is, in a time that does not depend on it; -1 for none. */
  private int number(String key) {
    if (key.length() > LONGEST_KEY) {
      return -1;
    }
    byte[] digest = digest(key);
    int found = -1;
    for (int i = 0; i < keys.size(); i++) {
      if (MessageDigest.isEqual(keys.get(i), digest)) {
        found = i;
      }
    }
    return found;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
