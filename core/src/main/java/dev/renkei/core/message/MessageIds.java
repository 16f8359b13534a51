package dev.renkei.core.message;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes ids that differ wherever two messages differ (SEMANTICS 4), and routing keys that differ
 * wherever two rows differ.
 *
 * <p>An id reads {@code source/schema.table/epoch/version/key}. In source and table, {@code /},
 * {@code %} and {@code #} are escaped, so a slash always separates; the key comes last and needs no
 * escape. What stands between version and key begins with a letter and a key with {@code [}, so no
 * kind of message can look like another:
 *
 * <pre>
 * shop/dbo.Stock/1/20417/["7","S"]          a change
 * shop/dbo.Stock/1/20417/s3.2.1/["7","S"]   a row of snapshot 3, chunk 2, attempt 1
 * shop/dbo.Stock/1/20417/d3/["7","S"]       deleted by the sweep after snapshot 3
 * shop/dbo.Stock/1/20417/c3.0               control message of snapshot 3 to partition 0
 * shop/dbo.Stock/1/20417/#9f86d08188...     a change whose id would pass 512 bytes: SHA-256 of the key;
 *                                           or whose key may not be seen: a digest of its former id
 * </pre>
 */
public final class MessageIds {
  /** Longest id, in bytes of UTF-8. */
  public static final int MAX_BYTES = 512;

  private static final Pattern SNAPSHOT_PART = Pattern.compile("s\\d+\\.\\d+\\.\\d+");

  private MessageIds() {}

  /** The id of a change. */
  public static String ofChange(String source, TableName table, Sequence sequence, RowKey key) {
    return bounded(head(source, table, sequence).append('/'), key);
  }

  /** The id of a snapshot's row. */
  public static String ofSnapshotRow(
      String source, TableName table, Sequence sequence, Chunk chunk, RowKey key) {
    StringBuilder id = head(source, table, sequence).append("/s").append(sequence.snapshot());
    id.append('.').append(chunk.number()).append('.').append(chunk.attempt()).append('/');
    return bounded(id, key);
  }

  /**
   * The chunk that the id of a snapshot's row names; empty where it is no such id of that table and
   * sequence, or too long to name it.
   */
  public static Optional<Chunk> chunkOf(
      String id, String source, TableName table, Sequence sequence) {
    String head =
        head(source, table, sequence)
            .append("/s")
            .append(sequence.snapshot())
            .append('.')
            .toString();
    int dot = id.indexOf('.', head.length());
    int slash = id.indexOf('/', head.length());
    if (!id.startsWith(head) || dot < 0 || slash < dot) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Chunk(
              Integer.parseInt(id.substring(head.length(), dot)),
              Integer.parseInt(id.substring(dot + 1, slash))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * What the id of a snapshot's row tells.
   *
   * @param table as {@link #ofTable} writes it
   */
  public record SnapshotRowId(String table, Sequence sequence, Chunk chunk) {
    /**
     * What an id tells; empty where it is of no snapshot's row, or too long to tell.
     *
     * @param id of any message
     */
    public static Optional<SnapshotRowId> of(String id) {
      String[] parts = id.split("/", 6);
      if (parts.length < 6 || !SNAPSHOT_PART.matcher(parts[4]).matches()) {
        return Optional.empty();
      }
      String[] numbers = parts[4].substring(1).split("\\.", 3);
      try {
        return Optional.of(
            new SnapshotRowId(
                parts[0] + "/" + parts[1],
                new Sequence(
                    Integer.parseInt(parts[2]),
                    Long.parseLong(parts[3]),
                    Integer.parseInt(numbers[0])),
                new Chunk(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]))));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * The key that the id of a message about a row ends in; empty where the id was too long to hold
   * it, and for every other message.
   *
   * @param id of any message
   */
  public static Optional<RowKey> keyOf(String id) {
    String[] parts = id.split("/", 5);
    if (parts.length < 5) {
      return Optional.empty();
    }
    String last = parts[4];
    int slash = last.indexOf('/');
    if (slash > 0 && SNAPSHOT_PART.matcher(last.substring(0, slash)).matches()) {
      last = last.substring(slash + 1);
    }
    return last.startsWith("[") ? Optional.of(new RowKey(last)) : Optional.empty();
  }

  /**
   * The key in what {@link #routingKey} has written.
   *
   * @throws IllegalArgumentException where it holds none
   */
  public static RowKey keyOf(byte[] routingKey) {
    String[] parts = new String(routingKey, StandardCharsets.UTF_8).split("/", 3);
    if (parts.length < 3) {
      throw new IllegalArgumentException("no routing key of a row");
    }
    return new RowKey(parts[2]);
  }

  /** A table of a source as ids begin with it, for example {@code shop/dbo.Stock}. */
  public static String ofTable(String source, TableName table) {
    StringBuilder text = new StringBuilder(64);
    escape(source, text);
    escape(table.schema(), text.append('/'));
    escape(table.table(), text.append('.'));
    return text.toString();
  }

  /**
   * The id of a delete that a consumer derives when it sweeps (SEMANTICS 18).
   *
   * @param start the snapshot's start
   */
  public static String ofSweptRow(String source, TableName table, Sequence start, RowKey key) {
    return bounded(
        head(source, table, start).append("/d").append(start.snapshot()).append('/'), key);
  }

  /** The id of a control message to one partition. */
  public static String ofControl(String source, TableName table, Sequence start, int partition) {
    StringBuilder id = head(source, table, start).append("/c").append(start.snapshot());
    id.append('.').append(partition);
    return fits(id) ? id.toString() : digestOf(id);
  }

  /**
   * The id of a message whose key may not be seen: as others read it, but for the key.
   *
   * @param chunk of a row of a snapshot; null for a change
   * @param digest what stands for the message's former id, different wherever that is
   */
  public static String ofHiddenKey(
      String source, TableName table, Sequence sequence, @Nullable Chunk chunk, String digest) {
    StringBuilder id = head(source, table, sequence);
    if (chunk != null) {
      id.append("/s").append(sequence.snapshot()).append('.').append(chunk.number());
      id.append('.').append(chunk.attempt());
    }
    id.append("/#").append(digest);
    return fits(id) ? id.toString() : "#" + digest;
  }

  /**
   * What routes a row's messages: equal exactly for messages of one row of one source, so they stay
   * in order and dedupe can keep its state by it. UTF-8, for example {@code
   * shop/dbo.Stock/["7","S"]}.
   */
  public static byte[] routingKey(String source, TableName table, RowKey key) {
    StringBuilder text = new StringBuilder(64);
    escape(source, text);
    escape(table.toString(), text.append('/'));
    return text.append('/').append(key.folded()).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static StringBuilder head(String source, TableName table, Sequence sequence) {
    StringBuilder id = new StringBuilder(96);
    escape(source, id);
    escape(table.schema(), id.append('/'));
    escape(table.table(), id.append('.'));
    return id.append('/').append(sequence.epoch()).append('/').append(sequence.version());
  }

  private static String bounded(StringBuilder beforeKey, RowKey key) {
    int length = beforeKey.length();
    beforeKey.append(key.folded());
    if (fits(beforeKey)) {
      return beforeKey.toString();
    }
    String whole = beforeKey.toString();
    beforeKey.setLength(length);
    beforeKey.append('#').append(sha256(key.folded()));
    return fits(beforeKey) ? beforeKey.toString() : digestOf(whole);
  }

  /** Only where source and table alone are too long; no other id begins with {@code #}. */
  private static String digestOf(CharSequence id) {
    return "#" + sha256(id.toString());
  }

  private static boolean fits(CharSequence id) {
    if (id.length() * 3 <= MAX_BYTES) {
      return true;
    }
    if (id.length() > MAX_BYTES) {
      return false;
    }
    int bytes = 0;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      // Each half of a surrogate pair stands for two of its four bytes; a key has no lone halves.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes <= MAX_BYTES;
  }

  private static void escape(String name, StringBuilder to) {
    if (isPlain(name)) {
      to.append(name);
      return;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      switch (c) {
        case '%' -> to.append("%25");
        case '/' -> to.append("%2F");
        case '#' -> to.append("%23");
        default -> {
          if (c < ' ' || isLoneSurrogate(name, i)) {
            to.append("%u").append(HexFormat.of().toHexDigits(c));
          } else {
            to.append(c);
          }
        }
      }
    }
  }

  /** Most names: nothing in them that is escaped. */
  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c > '~' || c == '%' || c == '/' || c == '#') {
        return false;
      }
    }
    return true;
  }

  /** Half of a surrogate pair whose other half is missing: UTF-8 cannot carry it. */
  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
