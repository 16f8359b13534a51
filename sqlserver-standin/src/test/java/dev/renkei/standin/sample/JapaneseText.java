package dev.renkei.standin.sample;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Japanese names and addresses: kanji, kana, and half-width katakana side by side. */
public final class JapaneseText {
  private final Path directory;

  private JapaneseText(Path directory) {
    this.directory = directory;
  }

  /** The sample where its data is present. */
  public static Optional<JapaneseText> find() {
    return DataDirectory.find("japanese").map(JapaneseText::new);
  }

  /** kind, kanji, hiragana, katakana, romaji; the first so many rows. */
  public List<List<@Nullable String>> names(int limit) throws IOException {
    return read(Files.newBufferedReader(directory.resolve("names.csv")), limit);
  }

  /**
   * zip, prefecture, its half-width kana, city, its half-width kana, town; the first so many rows.
   */
  public List<List<@Nullable String>> addresses(int limit) throws IOException {
    return read(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(directory.resolve("postal_addresses.csv.gz"))),
            StandardCharsets.UTF_8),
        limit);
  }

  private static List<List<@Nullable String>> read(Reader reader, int limit) throws IOException {
    try (Csv csv = new Csv(reader)) {
      List<List<@Nullable String>> rows = new ArrayList<>();
      List<@Nullable String> header = csv.next();
      if (header == null) {
        throw new IOException("the file is empty");
      }
      for (List<@Nullable String> row = csv.next();
          row != null && rows.size() < limit;
          row = csv.next()) {
        rows.add(row);
      }
      return rows;
    }
  }
}
