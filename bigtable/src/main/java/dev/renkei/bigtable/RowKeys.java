package dev.renkei.bigtable;

import com.google.protobuf.ByteString;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The keys of rows in Bigtable. Of a row of the source, {@code a3#dbo.Stock#["7","S"]}: two hex
 * digits of a hash over all the rest, which spread neighbouring keys over 256 places; the table, in
 * which {@code %}, {@code #} and what UTF-8 cannot carry are escaped; the folded key as it stands.
 * So two keys are equal exactly where table and key are, and a table's rows are 256 ranges.
 */
public final class RowKeys {
  /** Bigtable's limit, in bytes. */
  public static final int MAX_BYTES = 4096;

  private static final int PLACES = 256;
  private static final String FLOOR = "floor#";

  private RowKeys() {}

  /** The key of a row. */
  public static ByteString of(TableName table, RowKey key) {
    String rest = "#" + escaped(table) + "#" + key.folded();
    return ByteString.copyFromUtf8(place(rest) + rest);
  }

  /** What the keys of a table's rows begin with. */
  static List<ByteString> prefixes(TableName table) {
    String rest = "#" + escaped(table) + "#";
    return IntStream.range(0, PLACES)
        .mapToObj(place -> ByteString.copyFromUtf8(hex((byte) place) + rest))
        .toList();
  }

  /** The key of the row that holds a table's floor; no row of a table begins so. */
  static ByteString floor(TableName table) {
    return ByteString.copyFromUtf8(FLOOR + escaped(table));
  }

  private static String place(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return hex(hash[0]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte place) {
    return HexFormat.of().toHexDigits(place);
  }

  private static String escaped(TableName table) {
    StringBuilder text = new StringBuilder();
    table
        .toString()
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '%' -> text.append("%25");
                case '#' -> text.append("%23");
                default -> {
                  boolean halfOfPair = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                  if (halfOfPair) {
                    text.append("%u").append(HexFormat.of().toHexDigits((char) c));
                  } else {
                    text.appendCodePoint(c);
                  }
                }
              }
            });
    return text.toString();
  }
}
