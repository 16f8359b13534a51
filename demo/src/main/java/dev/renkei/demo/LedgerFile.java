package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A ledger being written, see {@link Ledger}. Each transaction is with the operating system when
 * {@link #append} returns: it outlives this process, however that ends.
 */
final class LedgerFile implements AutoCloseable {
  private final OutputStream file;
  private final StringBuilder line = new StringBuilder();

  private LedgerFile(OutputStream file) {
    this.file = file;
  }

  /** Begins a ledger; the file must not be there. */
  static LedgerFile create(Path path, List<TableName> tables) throws IOException {
    LedgerFile ledger =
        new LedgerFile(
            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    ledger.line.append(Ledger.HEADER);
    tables.forEach(table -> ledger.line.append('\t').append(table));
    ledger.writeLine();
    return ledger;
  }

  /**
   * Adds a transaction.
   *
   * @param changes for each row whether it was deleted
   */
  void append(long version, long committedMicros, Map<ChangedRow, Boolean> changes)
      throws IOException {
    line.append(version).append('\t').append(committedMicros).append('\t');
    changes.forEach(
        (row, deleted) ->
            line.append(row.table().ordinal())
                .append(deleted ? '-' : '+')
                .append(row.key())
                .append('\t'));
    writeLine();
  }

  private void writeLine() throws IOException {
    file.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    line.setLength(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A row that a transaction has changed. */
  record ChangedRow(ShopTable table, String key) {}
}
