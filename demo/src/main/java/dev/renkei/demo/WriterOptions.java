package dev.renkei.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the writer works. Its JDBC address holds a password and so travels by the environment, {@link
 * #URL_VARIABLE}.
 *
 * @param url for jTDS, into the shop's database
 * @param rate changes a second
 * @param rowsPerTransaction the most; a transaction has 1 to so many
 * @param seconds how long it writes; 0 until its standard input ends
 */
public record WriterOptions(
    String url, Path ledger, long seed, int rate, int rowsPerTransaction, double seconds) {
  public static final String URL_VARIABLE = "RENKEI_DEMO_SOURCE";
  public static final int DEFAULT_RATE = 1000;
  public static final int DEFAULT_ROWS_PER_TRANSACTION = 5;

  public WriterOptions {
    if (rate < 1 || rowsPerTransaction < 1 || seconds < 0) {
      throw new IllegalArgumentException(
          "writer: rate %d, rows per transaction %d (both at least 1), %s seconds"
              .formatted(rate, rowsPerTransaction, seconds));
    }
  }

  /** The arguments of {@link WriterMain} that say so, all but the address. */
  public List<String> arguments() {
    return List.of(
        "--ledger", ledger.toString(),
        "--seed", Long.toString(seed),
        "--rate", Integer.toString(rate),
        "--rows-per-transaction", Integer.toString(rowsPerTransaction),
        "--seconds", Double.toString(seconds));
  }

  /**
   * Reads what {@link #arguments} writes; all but {@code --ledger} may be left out.
   *
   * @param url null where the environment does not say
   */
  static WriterOptions parse(List<String> arguments, @Nullable String url) {
    Map<String, String> given = new HashMap<>();
    List<String> left = new ArrayList<>(arguments);
    while (left.size() >= 2) {
      given.put(left.remove(0), left.remove(0));
    }
    String ledger = given.remove("--ledger");
    if (url == null || ledger == null || !left.isEmpty()) {
      throw new IllegalArgumentException(
          "writer: needs the environment variable %s and --ledger FILE; takes --seed N, --rate N, --rows-per-transaction N, --seconds N"
              .formatted(URL_VARIABLE));
    }
    WriterOptions options =
        new WriterOptions(
            url,
            Path.of(ledger),
            Long.parseLong(orElse(given.remove("--seed"), "42")),
            Integer.parseInt(orElse(given.remove("--rate"), "" + DEFAULT_RATE)),
            Integer.parseInt(
                orElse(given.remove("--rows-per-transaction"), "" + DEFAULT_ROWS_PER_TRANSACTION)),
            Double.parseDouble(orElse(given.remove("--seconds"), "0")));
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("writer: does not know " + given.keySet());
    }
    return options;
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
