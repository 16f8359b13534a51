package dev.renkei.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A key as the ledger and the proof write it, made without the code that is proved: a JSON array of
 * texts in key order, such as {@code ["7","s"]}.
 *
 * <p>Whole numbers are decimal, {@code uniqueidentifier} is in upper case, dates are ISO 8601, text
 * is in lower case and without trailing spaces, as the shop's collation compares it. The shop's
 * text keys have no letters which collations fold further: no kana, no full-width forms, no
 * accents.
 */
final class KeyText {
  private KeyText() {}

  /** Of key values in key order, each already as its column's text. */
  static String of(List<String> parts) {
    StringBuilder text = new StringBuilder(32).append('[');
    for (int i = 0; i < parts.size(); i++) {
      text.append(i > 0 ? ",\"" : "\"");
      escape(parts.get(i), text);
      text.append('"');
    }
    return text.append(']').toString();
  }

  /** A text value of a key. */
  static String folded(String text) {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == ' ') {
      length--;
    }
    return text.substring(0, length).toLowerCase(Locale.ROOT);
  }

  /** The key in a routing key, which reads {@code source/schema.table/key}. */
  static String ofRoutingKey(byte[] routingKey) {
    String text = new String(routingKey, StandardCharsets.UTF_8);
    int table = text.indexOf('/') + 1;
    return text.substring(text.indexOf('/', table) + 1);
  }

  /**
   * The key in a message's unique id, which reads {@code source/schema.table/epoch/version/key}
   * and, for a row of a snapshot, has one part more before the key. The shop's ids are never
   * shortened.
   */
  static String ofUniqueId(String uniqueId) {
    int key = uniqueId.indexOf("/[");
    return key < 0 ? "" : uniqueId.substring(key + 1);
  }

  private static void escape(String part, StringBuilder to) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\');
      }
      to.append(c);
    }
  }
}
