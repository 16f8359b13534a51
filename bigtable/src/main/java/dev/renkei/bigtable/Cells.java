package dev.renkei.bigtable;

import com.google.cloud.bigtable.data.v2.models.Mutation;
import com.google.cloud.bigtable.data.v2.models.Range.TimestampRange;
import com.google.cloud.bigtable.data.v2.models.Row;
import com.google.cloud.bigtable.data.v2.models.RowCell;
import com.google.cloud.bigtable.data.v2.models.RowMutationEntry;
import com.google.protobuf.ByteString;
import dev.renkei.core.change.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is written for a change, and what cells say (docs/bigtable.md). The whole row is one cell of
 * the family {@link #ROW}, so that it is of one sequence and no column of an older row shows
 * through; an empty cell is the mark of a delete. What is known about it is one cell of the family
 * {@link #META} at the same address.
 */
final class Cells {
  /** Rows and marks of deletes. */
  static final String ROW = "row";

  /** The schema's id and the time of the change; floors of tables. */
  static final String META = "meta";

  /** Columns of so many earlier epochs are cleared with each write. */
  private static final int EARLIER_EPOCHS = 3;

  private Cells() {}

  /** One atomic mutation; written again, or after a newer one, it changes nothing. */
  static RowMutationEntry mutation(LatestChange change) {
    CellAddress at = CellAddress.of(change.sequence());
    ByteString column = ByteString.copyFromUtf8(at.column());
    RowMutationEntry entry = RowMutationEntry.create(RowKeys.of(change.table(), change.key()));
    for (int earlier = 1; earlier <= EARLIER_EPOCHS; earlier++) {
      int epoch = change.sequence().epoch() - earlier;
      if (epoch > 0) {
        entry.deleteCells(ROW, CellAddress.column(epoch));
        entry.deleteCells(META, CellAddress.column(epoch));
      }
    }
    if (change.isDelete() && at.micros() > 0) {
      // What was deleted at the source does not wait for the garbage collection.
      entry.deleteCells(ROW, column, TimestampRange.create(0, at.micros()));
    }
    return entry
        .setCell(ROW, column, at.micros(), change.row())
        .setCell(META, column, at.micros(), ByteString.copyFromUtf8(meta(change)));
  }

  private static String meta(LatestChange change) {
    return "{\"schema_id\":\"%s\",\"changed_at\":\"%s\"}"
        .formatted(change.schemaId(), change.changedAt());
  }

  /** The mutation that raises a table's floor. */
  static Mutation floor(Sequence start) {
    CellAddress at = CellAddress.of(start);
    return Mutation.create()
        .setCell(META, ByteString.copyFromUtf8(at.column()), at.micros(), ByteString.EMPTY);
  }

  /** The floor that a row of {@link RowKeys#floor} tells. */
  static Sequence floor(Row row) {
    return newest(row.getCells(META)).map(Cells::sequence).orElse(Sequence.ZERO);
  }

  /**
   * The row that cells of the family {@link #ROW} tell; empty where it is deleted, or below the
   * floor.
   */
  static Optional<LatestRow> latest(Row row, Sequence floor) {
    return newest(row.getCells(ROW))
        .filter(cell -> !cell.getValue().isEmpty())
        .map(cell -> new LatestRow(sequence(cell), cell.getValue().toStringUtf8()))
        .filter(latest -> latest.sequence().compareTo(floor) >= 0);
  }

  /** The columns of a row that hold something below a floor. */
  static List<RowCell> below(Row row, Sequence floor) {
    List<RowCell> below = new ArrayList<>();
    for (RowCell cell : row.getCells()) {
      if (sequence(cell).compareTo(floor) < 0) {
        below.add(cell);
      }
    }
    return below;
  }

  /** Deletes cells of a row that are not above these. */
  static RowMutationEntry deletion(ByteString key, List<RowCell> cells) {
    RowMutationEntry entry = RowMutationEntry.create(key);
    for (RowCell cell : cells) {
      entry.deleteCells(
          cell.getFamily(),
          cell.getQualifier(),
          TimestampRange.create(0, cell.getTimestamp() + 1_000));
    }
    return entry;
  }

  private static Optional<RowCell> newest(List<RowCell> cells) {
    return cells.stream().max(Comparator.comparing(Cells::sequence));
  }

  private static Sequence sequence(RowCell cell) {
    return new CellAddress(cell.getQualifier().toStringUtf8(), cell.getTimestamp()).sequence();
  }
}
