package dev.renkei.loader;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongContainer;
import com.carrotsearch.hppc.cursors.LongCursor;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Lot.Table;
import dev.renkei.core.snapshot.Settled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/** What a {@link SnapshotJournal} is made of, as bytes: a kind, and what it needs. */
sealed interface JournalRecord {
  /** A lot has this number from here on. */
  record Numbered(int number, Lot lot) implements JournalRecord {}

  /** Rows of a lot have become durable. */
  record Rows(int lot, LongContainer hashes) implements JournalRecord {}

  /** A snapshot is settled. */
  record Over(Settled settled) implements JournalRecord {}

  default byte[] write() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream to = new DataOutputStream(bytes);
    if (this instanceof Numbered numbered) {
      to.writeByte('L');
      to.writeInt(numbered.number());
      write(numbered.lot().table(), to);
      to.writeLong(numbered.lot().sequence().packed());
      to.writeInt(numbered.lot().chunk().number());
      to.writeInt(numbered.lot().chunk().attempt());
    } else if (this instanceof Rows rows) {
      to.writeByte('R');
      to.writeInt(rows.lot());
      to.writeInt(rows.hashes().size());
      for (LongCursor hash : rows.hashes()) {
        to.writeLong(hash.value);
      }
    } else if (this instanceof Over over) {
      write(over.settled(), to);
    }
    return bytes.toByteArray();
  }

  private static void write(Settled settled, DataOutputStream to) throws IOException {
    to.writeByte('S');
    write(settled.table(), to);
    to.writeBoolean(settled.part());
    to.writeLong(settled.start().packed());
    to.writeLong(settled.last().packed());
    to.writeLong(settled.rows());
    to.writeLong(settled.swept());
    to.writeBoolean(settled.givenUp());
    to.writeLong(settled.at().toEpochMilli());
  }

  private static void write(Table table, DataOutputStream to) throws IOException {
    to.writeUTF(table.source());
    to.writeUTF(table.name().schema());
    to.writeUTF(table.name().table());
  }

  /**
   * Reads one back.
   *
   * @throws IOException where these bytes are none
   */
  static JournalRecord read(byte[] bytes) throws IOException {
    DataInputStream from = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      return switch (from.readByte()) {
        case 'L' -> new Numbered(from.readInt(), lot(from));
        case 'R' -> rows(from);
        case 'S' -> new Over(settled(from));
        default -> throw new IOException("not a record of the journal");
      };
    } catch (IllegalArgumentException e) {
      throw new IOException("not a record of the journal", e);
    }
  }

  private static Lot lot(DataInputStream from) throws IOException {
    return new Lot(table(from), sequence(from), new Chunk(from.readInt(), from.readInt()));
  }

  private static Rows rows(DataInputStream from) throws IOException {
    int lot = from.readInt();
    int count = from.readInt();
    LongArrayList hashes = new LongArrayList();
    for (int i = 0; i < count; i++) {
      hashes.add(from.readLong());
    }
    return new Rows(lot, hashes);
  }

  private static Settled settled(DataInputStream from) throws IOException {
    return new Settled(
        table(from),
        from.readBoolean(),
        sequence(from),
        sequence(from),
        from.readLong(),
        from.readLong(),
        from.readBoolean(),
        Instant.ofEpochMilli(from.readLong()));
  }

  private static Table table(DataInputStream from) throws IOException {
    return new Table(from.readUTF(), new TableName(from.readUTF(), from.readUTF()));
  }

  private static Sequence sequence(DataInputStream from) throws IOException {
    return Sequence.unpacked(from.readLong());
  }
}
