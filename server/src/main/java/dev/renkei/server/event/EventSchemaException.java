package dev.renkei.server.event;

import java.util.List;

/** JSON Schemas that cannot be used; a sentence for each fault, with its file. */
public final class EventSchemaException extends Exception {
  private static final long serialVersionUID = 1;

  private final List<String> faults;

  EventSchemaException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  public List<String> faults() {
    return faults;
  }
}
