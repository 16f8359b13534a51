package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A warehouse that the hub is loaded into. */
public sealed interface WarehouseConfig permits WarehouseConfig.DuckDb, WarehouseConfig.BigQuery {
  /** As configured. */
  String name();

  /** Whether it is loaded; one that is not keeps what it has. */
  boolean enabled();

  /** The stream that is loaded. */
  From from();

  /** The streams that can be loaded. */
  enum From {
    HUB,
    MASKED
  }

  /**
   * The embedded warehouse.
   *
   * @param path absolute; its folder is made when it is opened
   */
  record DuckDb(String name, boolean enabled, Path path, From from) implements WarehouseConfig {
    /** Of the hub. */
    public DuckDb(String name, boolean enabled, Path path) {
      this(name, enabled, path, From.HUB);
    }

    public DuckDb {
      if (name.isEmpty() || !path.isAbsolute()) {
        throw new IllegalArgumentException("warehouse '%s' at %s".formatted(name, path));
      }
    }
  }

  /**
   * BigQuery, loaded by the Storage Write API.
   *
   * @param location of the dataset where it is made, for example {@code asia-northeast1} or {@code
   *     US}
   * @param table the name of a table, of the parts <code>{schema}</code> and <code>{table}</code>
   * @param maxStaleness how old a read of a current table may be; zero merges at every read
   * @param loadJobsAbove bytes of a snapshot's rows that a load job is worth; 0 for no load jobs
   * @param labels of the dataset and the tables that are made
   * @param policyTags what columns are tagged with, whole names of policy tags
   * @param endpoint where the API is reached; null for Google's own
   * @param byBeam whether a pipeline on Beam loads it instead of Renkei's own loader
   */
  record BigQuery(
      String name,
      boolean enabled,
      String project,
      String dataset,
      String location,
      String table,
      Duration maxStaleness,
      long loadJobsAbove,
      Map<String, String> labels,
      List<PolicyTag> policyTags,
      @Nullable Endpoint endpoint,
      boolean byBeam,
      From from)
      implements WarehouseConfig, Serializable {
    public BigQuery {
      labels = Map.copyOf(labels);
      policyTags = List.copyOf(policyTags);
      if (name.isEmpty() || project.isEmpty() || dataset.isEmpty() || table.isEmpty()) {
        throw new IllegalArgumentException(
            "warehouse '%s' in %s.%s named %s".formatted(name, project, dataset, table));
      }
      if (maxStaleness.isNegative()) {
        throw new IllegalArgumentException("a staleness of " + maxStaleness);
      }
      if (loadJobsAbove < 0) {
        throw new IllegalArgumentException("load jobs above " + loadJobsAbove);
      }
    }

    /** Of the hub. */
    public BigQuery(
        String name,
        boolean enabled,
        String project,
        String dataset,
        String location,
        String table,
        Duration maxStaleness,
        long loadJobsAbove,
        Map<String, String> labels,
        List<PolicyTag> policyTags,
        @Nullable Endpoint endpoint,
        boolean byBeam) {
      this(
          name,
          enabled,
          project,
          dataset,
          location,
          table,
          maxStaleness,
          loadJobsAbove,
          labels,
          policyTags,
          endpoint,
          byBeam,
          From.HUB);
    }

    /** Loaded by Renkei's own loader, without load jobs. */
    public BigQuery(
        String name,
        boolean enabled,
        String project,
        String dataset,
        String location,
        String table,
        Duration maxStaleness,
        Map<String, String> labels,
        List<PolicyTag> policyTags,
        @Nullable Endpoint endpoint) {
      this(
          name,
          enabled,
          project,
          dataset,
          location,
          table,
          maxStaleness,
          0,
          labels,
          policyTags,
          endpoint,
          false);
    }

    /** The name of a table there. */
    public String tableName(TableName source) {
      return table.replace("{schema}", source.schema()).replace("{table}", source.table());
    }

    /** A policy tag of the columns that match; the first of several holds. */
    public record PolicyTag(ColumnPattern columns, String policyTag) implements Serializable {}

    /**
     * Another address than Google's own, for example of a private endpoint.
     *
     * @param rest of the REST interface, for example {@code https://bigquery.internal}
     * @param storage of the Storage Write interface, {@code host:port}
     * @param plaintext without TLS and credentials, for a server of a test on loopback
     */
    public record Endpoint(String rest, String storage, boolean plaintext)
        implements Serializable {}
  }
}
