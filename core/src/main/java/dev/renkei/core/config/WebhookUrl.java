package dev.renkei.core.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a webhook is posted to. Its path and query may be what lets a caller in, so that only
 * scheme, host and port are ever shown.
 */
public record WebhookUrl(URI uri) implements Hidden {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\]");

  public WebhookUrl {
    String scheme = uri.getScheme();
    if (scheme == null
        || !(scheme.equals("https") || scheme.equals("http"))
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("not an address of a webhook");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException for anything else, without quoting it
   */
  public static WebhookUrl parse(String text) {
    try {
      return new WebhookUrl(new URI(text));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an address of a webhook");
    }
  }

  /** Whether what is sent can be read on its way by others than this machine's own. */
  public boolean isReadableOnItsWay() {
    return uri.getScheme().equals("http")
        && !LOOPBACK.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches();
  }

  /** What may be shown: {@code https://notify.shop.example}. */
  public String origin() {
    return "%s://%s%s"
        .formatted(uri.getScheme(), uri.getHost(), uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  @Override
  public String toString() {
    return origin() + "/(hidden)";
  }
}
