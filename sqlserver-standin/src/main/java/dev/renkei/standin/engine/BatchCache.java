package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parsed batches by their text and who runs them where. Thread-safe. */
final class BatchCache {
  private static final int BATCHES_KEPT = 500;
  private static final int LONGEST_TEXT_KEPT = 1 << 20;
  private static final long CHARACTERS_KEPT = 8L << 20;

  private final Map<Key, Batch> batches = new LinkedHashMap<>(64, 0.75f, true);
  private long characters;

  /** Translations depend on database and login; {@code declarations} are sp_executesql's. */
  private record Key(String database, String login, String declarations, String text) {}

  Batch get(String database, String login, String declarations, String text) throws SqlError {
    if (text.length() > LONGEST_TEXT_KEPT) {
      return Batch.parse(text);
    }
    Key key = new Key(database, login, declarations, text);
    synchronized (batches) {
      Batch known = batches.get(key);
      if (known != null) {
        return known;
      }
    }
    Batch parsed = Batch.parse(text);
    synchronized (batches) {
      if (batches.put(key, parsed) == null) {
        characters += text.length();
      }
      while (batches.size() > BATCHES_KEPT || characters > CHARACTERS_KEPT) {
        var oldest = batches.entrySet().iterator();
        characters -= oldest.next().getKey().text().length();
        oldest.remove();
      }
    }
    return parsed;
  }
}
