package dev.renkei.server.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that a browser loads, in memory. Their addresses hold a hash of them all, so that a
 * browser may keep them for ever and never mixes those of two builds.
 */
final class Assets {
  /** What files are made of, by their names' ends. */
  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String PREACT =
      "/META-INF/resources/webjars/preact/10.28.0/dist/preact.module.js";

  private final Map<String, Asset> files;
  private final String version;
  private final String page;

  private Assets(Map<String, Asset> files, String version, String page) {
    this.files = files;
    this.version = version;
    this.page = page;
  }

  /** A file and what it is made of. */
  record Asset(String type, byte[] bytes) {}

  /** Reads them from the class path. */
  static Assets load() {
    Map<String, Asset> files = new TreeMap<>();
    for (String name : lines(read("files.txt"))) {
      files.put(name, new Asset(type(name), read(name)));
    }
    // Without its last line, which points to a map that is not served.
    String preact = text(read(PREACT)).replaceFirst("\\R//# sourceMappingURL=.*\\s*$", "\n");
    files.put("preact.js", new Asset(type("x.js"), preact.getBytes(StandardCharsets.UTF_8)));
    String page = text(read("index.html"));
    return new Assets(files, version(files, page), page);
  }

  private static Iterable<String> lines(byte[] list) {
    return text(list).lines().filter(line -> !line.isBlank()).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String type(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("what is " + name + " made of?");
    }
    return type;
  }

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the console lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String version(Map<String, Asset> files, String page) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(page.getBytes(StandardCharsets.UTF_8));
      files.forEach(
          (name, asset) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(asset.bytes());
          });
      return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A part of the addresses; another where any file is another. */
  String version() {
    return version;
  }

  Optional<Asset> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** The page that loads them, in a language. */
  String page(Language language) {
    return page.replace("{{lang}}", language.code())
        .replace("{{title}}", language.title())
        .replace("{{noscript}}", language.withoutScript())
        .replace("{{assets}}", "/console/assets/" + version);
  }
}
