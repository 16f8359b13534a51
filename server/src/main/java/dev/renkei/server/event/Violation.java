package dev.renkei.server.event;

/**
 * One thing that is wrong with an event, as its sender reads it.
 *
 * @param pointer where, as a JSON Pointer into the event's {@code data}; empty for the whole
 * @param message a sentence without values of the event
 */
public record Violation(String pointer, String message) {
  private static final int LONGEST = 300;

  public Violation {
    message = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
  }
}
