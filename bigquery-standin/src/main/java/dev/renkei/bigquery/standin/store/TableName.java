package dev.renkei.bigquery.standin.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Full name of a table, view or routine; exact in its case, as BigQuery's are. */
public record TableName(String project, String dataset, String table) {
  private static final Pattern PATH =
      Pattern.compile("projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)");

  public TableName {
    if (project.isEmpty() || dataset.isEmpty() || table.isEmpty()) {
      throw ApiException.invalid("Invalid table name: " + project + ":" + dataset + "." + table);
    }
  }

  /**
   * @param path {@code projects/P/datasets/D/tables/T}, with or without what follows
   */
  public static TableName ofPath(String path) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.lookingAt()) {
      throw ApiException.invalid("Invalid table path: " + path);
    }
    return new TableName(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /**
   * @param text {@code dataset.table} or {@code project.dataset.table}
   */
  public static TableName of(String text, String defaultProject) {
    String[] parts = text.split("[.:]");
    if (parts.length == 3) {
      return new TableName(parts[0], parts[1], parts[2]);
    }
    if (parts.length == 2) {
      return new TableName(defaultProject, parts[0], parts[1]);
    }
    throw ApiException.invalidQuery(
        "Table \"" + text + "\" must be qualified with a dataset (e.g. dataset.table).");
  }

  /** As the Storage Write API names it. */
  public String path() {
    return "projects/" + project + "/datasets/" + dataset + "/tables/" + table;
  }

  /** As REST messages name it. */
  @Override
  public String toString() {
    return project + ":" + dataset + "." + table;
  }
}
