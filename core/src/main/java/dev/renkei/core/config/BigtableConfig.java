package dev.renkei.core.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The table in Bigtable that holds latest rows.
 *
 * @param endpoint where Bigtable is reached; null for Google's own, or for the emulator that the
 *     environment names
 */
public record BigtableConfig(
    String project, String instance, String table, @Nullable Endpoint endpoint)
    implements Serializable {
  public BigtableConfig {
    if (project.isEmpty() || instance.isEmpty() || table.isEmpty()) {
      throw new IllegalArgumentException("Bigtable without project, instance or table");
    }
  }

  /**
   * Another address than Google's own.
   *
   * @param address {@code host:port}
   * @param plaintext without TLS and credentials, for an emulator
   */
  public record Endpoint(String address, boolean plaintext) implements Serializable {}

  /** The table's whole name, {@code projects/P/instances/I/tables/T}. */
  public String wholeName() {
    return "projects/%s/instances/%s/tables/%s".formatted(project, instance, table);
  }
}
