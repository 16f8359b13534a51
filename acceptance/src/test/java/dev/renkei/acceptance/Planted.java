package dev.renkei.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Values that must not be met, and the forms in which they might be. */
public final class Planted {
  private final Map<String, byte[]> needles = new TreeMap<>();

  /** Plants a text. */
  public Planted text(String text) {
    add(text, "UTF-8", text.getBytes(StandardCharsets.UTF_8));
    add(text, "UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE));
    add(text, "UTF-16BE", text.getBytes(StandardCharsets.UTF_16BE));
    StringBuilder escapes = new StringBuilder();
    text.chars().forEach(c -> escapes.append("\\u").append(HexFormat.of().toHexDigits((char) c)));
    add(text, "JSON escapes", escapes.toString().getBytes(StandardCharsets.UTF_8));
    return bytes(text, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Plants bytes. */
  public Planted bytes(String name, byte[] bytes) {
    add(name, "bytes", bytes);
    add(name, "hex", HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.UTF_8));
    for (int before = 0; before < 3; before++) {
      add(name, "base64 " + before, base64(bytes, before));
    }
    return this;
  }

  /** What base64 has of the bytes wherever they begin in what is encoded, without the edges. */
  private static byte[] base64(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int from = before == 0 ? 0 : before + 1;
    int end = text.length() - (shifted.length % 3 == 0 ? 0 : 1);
    return text.substring(from, end).getBytes(StandardCharsets.UTF_8);
  }

  private void add(String name, String form, byte[] needle) {
    needles.put(name + " as " + form, lower(needle));
  }

  /** Which values these bytes hold, in whatever form, in upper or lower case. */
  public List<String> in(byte[] haystack) {
    List<String> found = new ArrayList<>();
    byte[] all = lower(haystack);
    needles.forEach(
        (name, needle) -> {
          if (holds(all, needle)) {
            found.add(name);
          }
        });
    return found;
  }

  private static byte[] lower(byte[] bytes) {
    byte[] lower = bytes.clone();
    for (int i = 0; i < lower.length; i++) {
      if (lower[i] >= 'A' && lower[i] <= 'Z') {
        lower[i] += 'a' - 'A';
      }
    }
    return lower;
  }

  private static boolean holds(byte[] all, byte[] needle) {
    int last = all.length - needle.length;
    for (int i = 0; i <= last; i++) {
      if (all[i] == needle[0] && matches(all, i, needle)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] all, int at, byte[] needle) {
    for (int i = 1; i < needle.length; i++) {
      if (all[at + i] != needle[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "%d forms".formatted(needles.size()).toLowerCase(Locale.ROOT);
  }
}
