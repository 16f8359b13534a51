package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.time.Instant;

/**
 * A part of an installation that rests because an operator said so.
 *
 * @param reason a sentence for whoever finds it resting; may be empty
 */
public record Pause(Part part, String reason, Instant since) {
  /** What can rest. */
  public enum Kind {
    /** All that is asked of the database; no connection to it is used. */
    SOURCE,
    /** The reading of one table: its changes and its snapshot. */
    TABLE,
    FLOW,
    /** The loading of one warehouse, which is closed. */
    WAREHOUSE
  }

  /**
   * What is meant.
   *
   * @param name of the table, the flow or the warehouse; empty for the source
   */
  public record Part(Kind kind, String name) {
    public static final Part SOURCE = new Part(Kind.SOURCE, "");

    public static Part of(TableName table) {
      return new Part(Kind.TABLE, table.toString());
    }

    public static Part flow(String name) {
      return new Part(Kind.FLOW, name);
    }

    public static Part warehouse(String name) {
      return new Part(Kind.WAREHOUSE, name);
    }

    /** As commands take it: {@code dbo.Orders}, {@code --warehouse local}. */
    public String option() {
      return switch (kind) {
        case SOURCE -> "--source";
        case TABLE -> name;
        case FLOW -> "--flow " + name;
        case WAREHOUSE -> "--warehouse " + name;
      };
    }

    /** As people call it: {@code the source}, {@code warehouse local}. */
    @Override
    public String toString() {
      return switch (kind) {
        case SOURCE -> "the source";
        case TABLE -> name;
        case FLOW -> "flow " + name;
        case WAREHOUSE -> "warehouse " + name;
      };
    }
  }

  /** What it says to whoever looks. */
  public String sentence() {
    return reason.isEmpty() ? "paused by an operator" : "paused by an operator: " + reason;
  }

  /** How it is ended. */
  public String cure() {
    return "`renkei resume %s` when it may go on.".formatted(part.option());
  }
}
