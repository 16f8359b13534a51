package dev.renkei.standin.tsql.ast;

import java.util.List;

/**
 * A name of one to three parts, such as {@code Shop.dbo.Orders} or {@code Shop..Orders} (an empty
 * part is the default).
 *
 * @param parts outermost first
 */
public record ObjectName(List<String> parts) {
  public ObjectName {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > 3) {
      throw new IllegalArgumentException("a name has one to three parts: " + parts);
    }
  }

  /** The last part. */
  public String name() {
    return parts.get(parts.size() - 1);
  }

  /** The schema as written; empty where left out. */
  public String schema() {
    return parts.size() > 1 ? parts.get(parts.size() - 2) : "";
  }

  /** The database as written; empty where left out. */
  public String database() {
    return parts.size() > 2 ? parts.get(0) : "";
  }

  /** As a user would write it, parts joined by points. */
  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
