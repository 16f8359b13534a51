package dev.renkei.bigtable;

import dev.renkei.core.change.Sequence;
import java.util.HexFormat;

/**
 * Where a sequence puts a cell: the epoch is the column, version and snapshot are the timestamp.
 *
 * <p>Bigtable's timestamps are microseconds that have to be whole milliseconds, so 53 bits of them
 * can be told apart; a sequence has 64. Of a column only the newest cell is kept, so within an
 * epoch the higher sequence wins whatever the order of writing, and a copy is the same cell again;
 * the column of the highest epoch counts. Every sequence has an address of its own, and addresses
 * order as sequences do: there are no limits but those of {@link Sequence}.
 *
 * @param column three hex digits, which order as epochs do
 * @param micros a multiple of 1,000 below 2^62
 */
public record CellAddress(String column, long micros) {
  private static final int SNAPSHOT_BITS = 12;
  private static final long MICROS = 1_000;

  public CellAddress {
    if (!column.matches("[0-9A-F]{3}") || micros < 0 || micros % MICROS != 0) {
      throw new IllegalArgumentException(
          "no cell of ours: column %s at %d".formatted(column, micros));
    }
  }

  public static CellAddress of(Sequence sequence) {
    return new CellAddress(
        column(sequence.epoch()),
        (sequence.version() << SNAPSHOT_BITS | sequence.snapshot()) * MICROS);
  }

  /** The column of an epoch. */
  static String column(int epoch) {
    return HexFormat.of().withUpperCase().toHexDigits((long) epoch, 3);
  }

  /** The sequence that has this address. */
  public Sequence sequence() {
    long within = micros / MICROS;
    return new Sequence(
        HexFormat.fromHexDigits(column),
        within >>> SNAPSHOT_BITS,
        (int) (within & Sequence.MAX_SNAPSHOT));
  }
}
