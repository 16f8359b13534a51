package dev.renkei.standin.tsql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The batches of {@code corpus.sql}. */
final class Corpus {
  private Corpus() {}

  static List<String> batches() {
    try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream("corpus.sql"))) {
      return Scripts.batches(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
