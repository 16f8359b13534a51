package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the writer committed, as read from its file; immutable.
 *
 * <p>The file is text, a line for each transaction: version, microseconds since 1970 when its
 * commit returned, and for each key that it changed the table's number in the first line, {@code +}
 * (there is a row) or {@code -} (there is none) and the key, all with tabs between and one behind.
 *
 * <pre>
 * renkei-ledger-1  dbo.Products  dbo.Stock
 * 17  1767225600123456  1+["7","s"]  1-["7","m"]
 * </pre>
 */
public final class Ledger {
  /** Of a version that this ledger does not have. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  static final String HEADER = "renkei-ledger-1";

  private final List<TableName> tables;
  private final List<String> lines;
  private final VersionTimes times;
  private final long changes;
  private final long lastVersion;

  private Ledger(List<TableName> tables, List<String> lines) {
    this.tables = List.copyOf(tables);
    this.lines = lines;
    this.times = new VersionTimes(lines.size());
    long counted = 0;
    long last = 0;
    for (String line : lines) {
      int tab = line.indexOf('\t');
      last = Long.parseLong(line, 0, tab, 10);
      int next = line.indexOf('\t', tab + 1);
      times.put(last, Long.parseLong(line, tab + 1, next, 10));
      counted += line.chars().filter(c -> c == '\t').count() - 2;
    }
    this.changes = counted;
    this.lastVersion = last;
  }

  /**
   * Reads a ledger; a line that was cut off at the end of the file is left out.
   *
   * @throws IOException where the file cannot be read or is no ledger
   */
  public static Ledger read(Path file) throws IOException {
    try (BufferedReader from = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String first = from.readLine();
      if (first == null || !first.startsWith(HEADER + "\t")) {
        throw new IOException(file + ": not a ledger");
      }
      List<TableName> tables = new ArrayList<>();
      for (String name : first.substring(HEADER.length() + 1).split("\t")) {
        tables.add(TableName.parse(name));
      }
      List<String> lines = new ArrayList<>();
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        // A tab ends what is whole.
        if (line.endsWith("\t")) {
          lines.add(line);
        }
      }
      return new Ledger(tables, lines);
    }
  }

  /** How many changes were committed: keys, each once for every transaction that changed it. */
  public long changes() {
    return changes;
  }

  public long transactions() {
    return lines.size();
  }

  /** The version of the last transaction; 0 of an empty ledger. */
  public long lastVersion() {
    return lastVersion;
  }

  /** When the commit of a version returned, in microseconds since 1970, or {@link #UNKNOWN}. */
  public long committedAt(long version) {
    return times.of(version);
  }

  /** Hands over each change in the order of versions. */
  public void forEach(Visitor visitor) {
    for (String line : lines) {
      int tab = line.indexOf('\t');
      long version = Long.parseLong(line, 0, tab, 10);
      int from = line.indexOf('\t', tab + 1) + 1;
      for (int to = line.indexOf('\t', from); to >= 0; to = line.indexOf('\t', from)) {
        int sign = from;
        while (Character.isDigit(line.charAt(sign))) {
          sign++;
        }
        visitor.change(
            version,
            tables.get(Integer.parseInt(line, from, sign, 10)),
            line.substring(sign + 1, to),
            line.charAt(sign) == '-');
        from = to + 1;
      }
    }
  }

  /** Takes the changes of a ledger one by one. */
  public interface Visitor {
    /**
     * A net change of one row.
     *
     * @param key as {@link Difference#key}
     * @param deleted whether the row was gone after it
     */
    void change(long version, TableName table, String key, boolean deleted);
  }
}
