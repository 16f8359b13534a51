package dev.renkei.loader;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongHashSet;
import com.carrotsearch.hppc.cursors.LongCursor;
import dev.renkei.core.lock.ProcessLock;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Settled;
import dev.renkei.loader.JournalRecord.Numbered;
import dev.renkei.loader.JournalRecord.Over;
import dev.renkei.loader.JournalRecord.Rows;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link SnapshotRows} over the end of the process, also a sudden one: a file of records,
 * each with its length and checksum, that grows at its end and is written anew, smaller, when most
 * of it is settled. What a crash has cut off at the end is left out: it was not acknowledged.
 *
 * <p>Eight bytes for each row of a snapshot in flight. One process at a time has it. Belongs to one
 * thread; where a write has failed it may be repeated.
 */
final class SnapshotJournal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SnapshotJournal.class);
  private static final int HEAD = Integer.BYTES + Integer.BYTES;
  private static final int MOST_HASHES = 100_000;
  private static final int LONGEST = 16 << 20;
  private static final long SMALL = 1 << 20;

  private final Path folder;
  private final Path file;
  private final ProcessLock lock;
  private final Map<Lot, Integer> numbers = new HashMap<>();
  private FileChannel channel;
  private long end;

  private SnapshotJournal(Path folder, ProcessLock lock, FileChannel channel) {
    this.folder = folder;
    this.file = fileIn(folder);
    this.lock = lock;
    this.channel = channel;
  }

  private static Path fileIn(Path folder) {
    return folder.resolve("snapshot-rows");
  }

  /**
   * Opens the journal of a folder, made where there is none.
   *
   * @param into gets what it holds
   * @throws IOException where it cannot be read or written, or another process has it
   */
  static SnapshotJournal open(Path folder, SnapshotRows into) throws IOException {
    Files.createDirectories(folder);
    ProcessLock lock =
        ProcessLock.tryTake(folder.resolve("lock"))
            .orElseThrow(
                () ->
                    new IOException(
                        folder + ": another loader has this folder; it is free when it has ended"));
    try {
      FileChannel channel =
          FileChannel.open(
              fileIn(folder),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      SnapshotJournal journal = new SnapshotJournal(folder, lock, channel);
      into.clear();
      journal.read(into);
      return journal;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void read(SnapshotRows into) throws IOException {
    Map<Integer, Lot> lots = new HashMap<>();
    for (byte @Nullable [] bytes = next(); bytes != null; bytes = next()) {
      JournalRecord record;
      try {
        record = JournalRecord.read(bytes);
      } catch (IOException e) {
        break;
      }
      if (record instanceof Numbered numbered) {
        lots.put(numbered.number(), numbered.lot());
        numbers.put(numbered.lot(), numbered.number());
      } else if (record instanceof Rows rows) {
        Lot lot = lots.get(rows.lot());
        for (LongCursor hash : rows.hashes()) {
          if (lot != null) {
            into.arrived(lot, hash.value);
          }
        }
      } else if (record instanceof Over over) {
        into.settle(over.settled());
      }
      end += HEAD + bytes.length;
    }
    cutTail();
  }

  /** The next whole record; null where there is none. */
  private byte @Nullable [] next() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    if (!fill(head, end)) {
      return null;
    }
    int length = head.getInt();
    int checksum = head.getInt();
    if (length < 1 || length > LONGEST) {
      return null;
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    return fill(body, end + HEAD) && checksum(body.array()) == checksum ? body.array() : null;
  }

  private boolean fill(ByteBuffer buffer, long from) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        return false;
      }
    }
    buffer.flip();
    return true;
  }

  private void cutTail() throws IOException {
    long cut = channel.size() - end;
    if (cut > 0) {
      log.atWarn().addKeyValue("file", file).addKeyValue("bytes", cut).log("torn end cut off");
      channel.truncate(end);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Notes rows that are durable in the warehouse. Durable when it returns. */
  void append(Map<Lot, LongArrayList> rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream to = new DataOutputStream(bytes);
    Map<Lot, Integer> more = new HashMap<>();
    for (Map.Entry<Lot, LongArrayList> entry : rows.entrySet()) {
      Integer number = numbers.get(entry.getKey());
      if (number == null) {
        number = numbers.size() + more.size();
        more.put(entry.getKey(), number);
        frame(new Numbered(number, entry.getKey()), to);
      }
      frame(new Rows(number, entry.getValue()), to);
    }
    append(bytes.toByteArray());
    numbers.putAll(more);
  }

  /**
   * Notes that a snapshot is settled. Durable when it returns.
   *
   * @param left what is counted still
   */
  void settled(Settled settled, SnapshotRows left) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frame(new Over(settled), new DataOutputStream(bytes));
    append(bytes.toByteArray());
    if (end > SMALL + 2 * Long.BYTES * left.count() || left.count() == 0) {
      rewrite(left);
    }
  }

  private void append(byte[] bytes) throws IOException {
    write(channel, bytes, end);
    channel.force(false);
    end += bytes.length;
  }

  private static void write(FileChannel to, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      to.write(buffer, at + buffer.position());
    }
  }

  private static void frame(JournalRecord record, DataOutputStream to) throws IOException {
    byte[] bytes = record.write();
    to.writeInt(bytes.length);
    to.writeInt(checksum(bytes));
    to.write(bytes);
  }

  /** Writes what is left in place of all there was; the old file holds until the new one does. */
  void rewrite(SnapshotRows left) throws IOException {
    Path next = folder.resolve("snapshot-rows.next");
    Map<Lot, Integer> renumbered = new HashMap<>();
    FileChannel to =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    long size = 0;
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (Settled settled : left.settled()) {
        frame(new Over(settled), new DataOutputStream(bytes));
      }
      write(to, bytes.toByteArray(), 0);
      size = bytes.size();
      Map<Lot, LongHashSet> lots = new HashMap<>();
      left.forEach(lots::put);
      for (Map.Entry<Lot, LongHashSet> lot : lots.entrySet()) {
        size += write(to, lot.getKey(), lot.getValue(), renumbered, size);
      }
      to.force(true);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      to.close();
      throw e;
    }
    channel.close();
    channel = to;
    end = size;
    numbers.clear();
    numbers.putAll(renumbered);
  }

  private static long write(
      FileChannel to, Lot lot, LongHashSet hashes, Map<Lot, Integer> numbers, long at)
      throws IOException {
    int number = numbers.size();
    numbers.put(lot, number);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    frame(new Numbered(number, lot), out);
    LongArrayList some = new LongArrayList();
    for (LongCursor hash : hashes) {
      some.add(hash.value);
      if (some.size() == MOST_HASHES) {
        frame(new Rows(number, some), out);
        some.clear();
      }
    }
    frame(new Rows(number, some), out);
    write(to, bytes.toByteArray(), at);
    return bytes.size();
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      channel.close();
    }
  }
}
