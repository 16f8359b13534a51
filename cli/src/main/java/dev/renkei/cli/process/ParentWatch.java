package dev.renkei.cli.process;

import java.util.Optional;

/** Ends a child whose parent is gone, even one that was killed by force. */
public final class ParentWatch {
  /** System property with the parent's process id; absent where nobody is watched. */
  static final String PROPERTY = "renkei.parent";

  private ParentWatch() {}

  /** Watches from now on, where this process was started by {@link Child}. */
  public static void begin() {
    String parent = System.getProperty(PROPERTY);
    if (parent == null) {
      return;
    }
    Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(parent));
    if (handle.isEmpty()) {
      Runtime.getRuntime().halt(1);
    }
    var unused = handle.get().onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }
}
