package dev.renkei.bigquery.standin.store;

import org.jspecify.annotations.Nullable;

/**
 * One row on its way into a table.
 *
 * @param values in the order of the table's columns, as {@link Values} describes them; shorter than
 *     the columns when some were added meanwhile
 * @param kind what to do with it
 * @param sequence of an upsert or delete, normalised so that texts compare as sequences do; empty
 *     when none was given
 */
public record RowChange(@Nullable Object[] values, Kind kind, String sequence) {
  /** Appended as it is, or merged by the primary key. */
  public enum Kind {
    APPEND,
    UPSERT,
    DELETE
  }

  public static RowChange append(@Nullable Object[] values) {
    return new RowChange(values, Kind.APPEND, "");
  }

  /**
   * @param given up to four sections of up to 16 hexadecimal digits, divided by slashes
   * @throws IllegalArgumentException for anything else
   */
  public static String sequence(String given) {
    if (given.isEmpty()) {
      return "";
    }
    if (!given.matches("[0-9a-fA-F]{1,16}(/[0-9a-fA-F]{1,16}){0,3}")) {
      throw new IllegalArgumentException(
          "The given value is not a valid CHANGE_SEQUENCE_NUMBER: " + given);
    }
    StringBuilder sequence = new StringBuilder();
    for (String section : given.split("/")) {
      sequence
          .append("0".repeat(16 - section.length()))
          .append(section.toUpperCase(java.util.Locale.ROOT));
    }
    return sequence.toString();
  }
}
