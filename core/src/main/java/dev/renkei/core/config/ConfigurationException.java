package dev.renkei.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Fault> faults;

  ConfigurationException(Path file, List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> "\n  " + fault)
            .collect(
                Collectors.joining(
                    "",
                    file + ": " + (faults.size() == 1 ? "1 fault" : faults.size() + " faults"),
                    "")));
    this.faults = List.copyOf(faults);
  }

  /** In the order of the file; at least one. */
  public List<Fault> faults() {
    return faults;
  }
}
