package dev.renkei.server;

import dev.renkei.server.StatusReport.Warehouse.Verified;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of tables with their source, one after the other: how far it is, and what it found.
 *
 * @param run its number in its process
 */
public record VerifyRun(long run, boolean over, List<Table> tables) {
  public VerifyRun {
    tables = List.copyOf(tables);
  }

  String toJson() {
    return Json.write(this);
  }

  /**
   * A table of a warehouse.
   *
   * @param stage what is done with it
   * @param rows of the source so far
   * @param result null before its end
   * @param examples of what differs
   * @param reloading whether it is loaded again for that
   */
  public record Table(
      String warehouse,
      String table,
      String stage,
      long rows,
      @Nullable Verified result,
      List<Example> examples,
      boolean reloading) {
    public Table {
      examples = List.copyOf(examples);
    }
  }

  /**
   * A row that differs.
   *
   * @param kind {@code missing}, {@code only_in_warehouse} or {@code different}
   * @param key a JSON array of texts, as the source compares them
   */
  public record Example(String kind, String key) {}
}
