package dev.renkei.warehouse.bigquery;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of one table's log, as they are encoded, in a file that grows at its end: the table first,
 * then the rows, each with its length and checksum. What a crash has cut off at the end is left
 * out, since whoever brought it was not told that it was there.
 *
 * <p>Written by one thread; once that has ended, read by any.
 */
final class SpoolFile implements AutoCloseable {
  static final String SUFFIX = ".rows";

  private static final Logger log = LoggerFactory.getLogger(SpoolFile.class);
  private static final int HEAD = Integer.BYTES + Integer.BYTES;
  private static final int LONGEST = 64 << 20;
  private static final int READ_AHEAD = 1 << 16;

  private final Path path;
  private final String id;
  private final StoredTable table;
  private final Instant begun;
  private final FileChannel channel;
  private final long first;
  private volatile long end;
  private volatile long rows;

  private SpoolFile(Path path, StoredTable table, Instant begun, FileChannel channel, long first) {
    this.path = path;
    this.id = idOf(path);
    this.table = table;
    this.begun = begun;
    this.channel = channel;
    this.first = first;
    this.end = first;
  }

  private static String idOf(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** Makes one without rows. Durable when it returns. */
  static SpoolFile create(Path folder, String id, StoredTable table, Instant now)
      throws IOException {
    Path path = folder.resolve(id + SUFFIX);
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      byte[] head = SpoolHead.write(table);
      write(channel, framed(List.of(ByteString.copyFrom(head))), 0);
      return new SpoolFile(path, table, now, channel, HEAD + head.length);
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /**
   * Opens one that is there; null where not even its beginning is, so that it has no rows.
   *
   * @param now since when it waits
   */
  static @Nullable SpoolFile open(Path path, Instant now) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Reader reader = new Reader(channel, 0, channel.size());
      byte[] head = reader.next();
      if (head == null) {
        channel.close();
        return null;
      }
      SpoolFile file = new SpoolFile(path, SpoolHead.read(head), now, channel, reader.at());
      while (reader.next() != null) {
        file.rows++;
      }
      file.end = reader.at();
      file.cutTail();
      return file;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void cutTail() throws IOException {
    long cut = channel.size() - end;
    if (cut > 0) {
      log.atWarn().addKeyValue("file", path).addKeyValue("bytes", cut).log("torn end cut off");
      channel.truncate(end);
    }
  }

  /** Adds rows. Durable when it returns; where it fails it may be repeated. */
  void append(List<ByteString> more) throws IOException {
    ByteBuffer bytes = framed(more);
    int size = bytes.remaining();
    write(channel, bytes, end);
    end += size;
    rows += more.size();
  }

  private static ByteBuffer framed(List<ByteString> records) {
    int size = 0;
    for (ByteString one : records) {
      size = Math.addExact(size, HEAD + one.size());
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    for (ByteString one : records) {
      byte[] record = one.toByteArray();
      bytes.putInt(record.length).putInt(checksum(record)).put(record);
    }
    return bytes.flip();
  }

  private static void write(FileChannel to, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes, at + bytes.position());
    }
    to.force(false);
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** The rows from the first on. */
  Reader read() {
    return new Reader(channel, first, end);
  }

  /** Reads rows one after the other. Belongs to one thread. */
  static final class Reader {
    private final FileChannel channel;
    private final long end;
    private ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).limit(0);
    private long at;

    private Reader(FileChannel channel, long from, long end) {
      this.channel = channel;
      this.at = from;
      this.end = end;
    }

    /** Behind the last whole record that was read. */
    long at() {
      return at;
    }

    /** The next row; null behind the last whole one. */
    byte @Nullable [] next() throws IOException {
      if (!has(HEAD)) {
        return null;
      }
      int length = ahead.getInt(ahead.position());
      int checksum = ahead.getInt(ahead.position() + Integer.BYTES);
      if (length < 1 || length > LONGEST || !has(HEAD + length)) {
        return null;
      }
      byte[] record = new byte[length];
      ahead.position(ahead.position() + HEAD);
      ahead.get(record);
      if (checksum(record) != checksum) {
        return null;
      }
      at += HEAD + length;
      return record;
    }

    private boolean has(int wanted) throws IOException {
      if (ahead.remaining() >= wanted) {
        return true;
      }
      if (end - at < wanted) {
        return false;
      }
      ByteBuffer more = ByteBuffer.allocate(Math.max(READ_AHEAD, wanted));
      more.limit((int) Math.min(more.capacity(), end - at));
      while (more.hasRemaining()) {
        if (channel.read(more, at + more.position()) < 0) {
          break;
        }
      }
      ahead = more.flip();
      return ahead.remaining() >= wanted;
    }
  }

  /** Unique, and a name of the job that loads it. */
  String id() {
    return id;
  }

  Path path() {
    return path;
  }

  /** As it was when the rows were encoded. */
  StoredTable table() {
    return table;
  }

  /** Since when it waits. */
  Instant begun() {
    return begun;
  }

  /** What its rows take. */
  long bytes() {
    return end - first;
  }

  long rows() {
    return rows;
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
