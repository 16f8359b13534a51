package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code warehouses}, and what they make. */
final class WarehouseKeys {
  private enum WarehouseType {
    DUCKDB,
    BIGQUERY
  }

  private enum By {
    LOADER,
    BEAM
  }

  private static final String DUCKDB = "duckdb";
  private static final String BIGQUERY = "bigquery";

  private static final ValueKey<WarehouseType> WAREHOUSE_TYPE =
      ValueKey.required("type", ValueType.choice(WarehouseType.class), "The warehouse's vendor.");
  private static final ValueKey<Boolean> ENABLED =
      ValueKey.of("enabled", ValueType.bool(), "true", "`false` leaves it as it is.");
  private static final ValueKey<Path> WAREHOUSE_PATH =
      ValueKey.required("path", ValueType.path(), "The file of the database.");
  private static final ValueKey<WarehouseConfig.From> FROM =
      ValueKey.of(
          "from",
          ValueType.choice(WarehouseConfig.From.class),
          "hub",
          "The stream that is loaded: everything, or the masked side (docs/privacy.md).");
  private static final ValueKey<By> BY =
      ValueKey.of(
          "by",
          ValueType.choice(By.class),
          "loader",
          "Who loads it: Renkei's own loader, or a pipeline on Beam (`renkei pipeline warehouse`).");
  private static final ValueKey<String> WAREHOUSE_PROJECT =
      ValueKey.required("project", CommonTypes.PROJECT, "The project of the dataset.");
  private static final ValueKey<String> DATASET =
      ValueKey.required(
          "dataset",
          ValueType.text("letters, digits and `_`", "[A-Za-z0-9_]{1,1024}"),
          "The dataset; it is made where it is missing.");
  private static final ValueKey<String> LOCATION =
      ValueKey.of(
          "location",
          ValueType.text("a location, for example `US` or `asia-northeast1`", "[A-Za-z0-9-]{2,40}"),
          "US",
          "Where the dataset is made.");
  private static final ValueKey<String> TABLE_NAME =
      ValueKey.of(
          "table",
          ValueType.text(
              "a name with `{table}` in it",
              "[^\\s`.{}]*(\\{schema\\}[^\\s`.{}]*)?\\{table\\}[^\\s`.{}]*"),
          "{schema}_{table}",
          "What a table is called there.");
  private static final ValueKey<Duration> MAX_STALENESS =
      ValueKey.of(
          "max_staleness",
          ValueType.duration("0s", "1d"),
          "1m",
          "How old a read of current rows may be: a longer time makes reads cheaper.");
  private static final ValueKey<Long> LOAD_JOBS_ABOVE =
      ValueKey.of(
          "load_jobs_above",
          ValueType.size("0B", "256MiB"),
          "32MiB",
          "A snapshot's rows for a change log are loaded by a job where there are so many bytes of them, and less is sent by the stream; `0B` sends all.");
  private static final TextsKey LABELS =
      new TextsKey("labels", "Labels of the dataset and the tables that are made.");
  private static final ValueKey<String> REST_ENDPOINT =
      ValueKey.optional(
          "rest",
          ValueType.text("an address https://HOST", "https?://[^\\s/]+/?"),
          "Of the REST interface.");
  private static final ValueKey<String> STORAGE_ENDPOINT =
      ValueKey.optional("storage", CommonTypes.ADDRESS, "Of the Storage Write interface.");
  private static final ValueKey<Boolean> PLAINTEXT =
      ValueKey.of(
          "plaintext",
          ValueType.bool(),
          "false",
          "Without TLS and credentials, for a server of a trial on this machine.");
  private static final Group ENDPOINT =
      Group.of(
          "endpoint",
          "Other addresses than Google's own, for example of private endpoints.",
          REST_ENDPOINT,
          STORAGE_ENDPOINT,
          PLAINTEXT);
  private static final Group WAREHOUSE =
      Group.of(
              "warehouses",
              "A warehouse.",
              WAREHOUSE_TYPE,
              ENABLED,
              new Only(DUCKDB, WAREHOUSE_PATH),
              FROM,
              new Only(BIGQUERY, BY),
              new Only(BIGQUERY, WAREHOUSE_PROJECT),
              new Only(BIGQUERY, DATASET),
              new Only(BIGQUERY, LOCATION),
              new Only(BIGQUERY, TABLE_NAME),
              new Only(BIGQUERY, MAX_STALENESS),
              new Only(BIGQUERY, LOAD_JOBS_ABOVE),
              new Only(BIGQUERY, LABELS),
              new Only(BIGQUERY, ENDPOINT))
          .withKind(WAREHOUSE_TYPE);
  static final Named WAREHOUSES =
      new Named(
          "warehouses",
          "NAME",
          CommonTypes.NAME,
          WAREHOUSE,
          "What the hub is loaded into; none by default.");

  private WarehouseKeys() {}

  /**
   * The section.
   *
   * @param folder of the file
   */
  static List<WarehouseConfig> read(Values root, Path folder, Reading reading) {
    List<WarehouseConfig> warehouses = new ArrayList<>();
    Set<Object> places = new HashSet<>();
    List<WarehouseConfig.BigQuery.PolicyTag> tags = PrivacyKeys.policyTags(root);
    root.get(WAREHOUSES)
        .forEach(
            (name, v) -> {
              WarehouseConfig warehouse = reading.make(v, w -> warehouse(name, w, folder, tags));
              if (warehouse != null) {
                warehouses.add(warehouse);
                refuseSharedPlace(v, warehouse, places, reading);
              }
            });
    return warehouses;
  }

  private static void refuseSharedPlace(
      Values v, WarehouseConfig warehouse, Set<Object> places, Reading reading) {
    if (warehouse instanceof WarehouseConfig.DuckDb duck && !places.add(duck.path())) {
      String problem = "another warehouse has this path; each needs a file of its own";
      reading.fault(v, Reading.child(v.path(), "path"), v.line(), null, problem);
    } else if (warehouse instanceof WarehouseConfig.BigQuery big
        && !places.add(List.of(big.project(), big.dataset()))) {
      String problem = "another warehouse has this dataset; each needs one of its own";
      reading.fault(v, Reading.child(v.path(), "dataset"), v.line(), null, problem);
    }
  }

  private static WarehouseConfig warehouse(
      String name, Values v, Path folder, List<WarehouseConfig.BigQuery.PolicyTag> tags) {
    return v.get(WAREHOUSE_TYPE) == WarehouseType.BIGQUERY
        ? bigQuery(name, v, tags)
        : duckDb(name, v, folder);
  }

  private static WarehouseConfig.BigQuery bigQuery(
      String name, Values v, List<WarehouseConfig.BigQuery.PolicyTag> tags) {
    return new WarehouseConfig.BigQuery(
        name,
        v.get(ENABLED),
        v.get(WAREHOUSE_PROJECT),
        v.get(DATASET),
        v.get(LOCATION),
        v.get(TABLE_NAME),
        v.get(MAX_STALENESS),
        v.get(LOAD_JOBS_ABOVE),
        v.get(LABELS),
        v.get(FROM) == WarehouseConfig.From.MASKED ? List.of() : tags,
        endpoint(v.get(ENDPOINT)),
        v.get(BY) == By.BEAM,
        v.get(FROM));
  }

  private static WarehouseConfig.BigQuery.@Nullable Endpoint endpoint(Values v) {
    String rest = v.find(REST_ENDPOINT);
    String storage = v.find(STORAGE_ENDPOINT);
    if (rest == null && storage == null) {
      return null;
    }
    if (rest == null || storage == null) {
      throw new IllegalArgumentException("`endpoint` needs both `rest` and `storage`");
    }
    return new WarehouseConfig.BigQuery.Endpoint(rest, storage, v.get(PLAINTEXT));
  }

  private static WarehouseConfig.DuckDb duckDb(String name, Values v, Path folder) {
    Path path = folder.resolve(v.get(WAREHOUSE_PATH)).normalize();
    return new WarehouseConfig.DuckDb(name, v.get(ENABLED), path, v.get(FROM));
  }
}
