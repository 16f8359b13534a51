package dev.renkei.core.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param key the path of the key, for example {@code source.sqlserver.port}; empty where the file
 *     as a whole is meant
 * @param line where it stands in the file, from 1; null where the file cannot be read
 * @param given the value as it was written, secrets hidden and references not resolved; null where
 *     none was given
 * @param problem what is wrong, and what would be accepted
 */
public record Fault(String key, @Nullable Integer line, @Nullable String given, String problem) {
  static final String NOT_IN_THIS_BUILD = "not in this build";

  /** For example {@code line 7: trackers.mode: assigned: not in this build}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (line != null) {
      text.append("line ").append(line).append(": ");
    }
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    if (given != null) {
      text.append(given).append(": ");
    }
    return text.append(problem).toString();
  }
}
