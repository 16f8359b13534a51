package dev.renkei.standin.engine;

/** The client cancelled the request, or the session was killed: everything unwinds. */
final class StatementCancelled extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean killed;

  StatementCancelled(boolean killed) {
    super("cancelled", null, false, false);
    this.killed = killed;
  }

  boolean killed() {
    return killed;
  }
}
