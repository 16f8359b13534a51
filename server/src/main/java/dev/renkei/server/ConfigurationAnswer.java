package dev.renkei.server;

import dev.renkei.core.config.Shown;
import java.util.Map;

/**
 * {@code GET /api/configuration}: with what a process runs, defaults too, without secrets.
 *
 * @param keys as {@link Shown#byKey}
 */
public record ConfigurationAnswer(Map<String, String> keys) {
  static final String PATH = "/api/configuration";

  public ConfigurationAnswer {
    keys = new Shown(keys).byKey();
  }
}
