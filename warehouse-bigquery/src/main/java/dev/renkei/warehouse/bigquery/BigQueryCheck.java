package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.Dataset;
import com.google.auth.Credentials;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What stands in the way of loading BigQuery, asked without changing anything. */
public final class BigQueryCheck {
  /** So long a call is tried again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What {@code roles/bigquery.dataEditor} gives on a table, and loading needs. */
  private static final List<String> NEEDED =
      List.of(
          "bigquery.tables.get",
          "bigquery.tables.getData",
          "bigquery.tables.update",
          "bigquery.tables.updateData");

  /**
   * A sentence for an operator.
   *
   * @param fatal whether loading cannot work so; else it is for information
   */
  public record Finding(String sentence, boolean fatal) {}

  private final WarehouseConfig.BigQuery config;
  private final Rest rest;
  private final List<Finding> findings = new ArrayList<>();

  private BigQueryCheck(WarehouseConfig.BigQuery config, Rest rest) {
    this.config = config;
    this.rest = rest;
  }

  /**
   * Asks whether there are credentials, the project answers, queries may be run, and dataset and
   * tables that are there fit.
   *
   * @param schemas of the tables that are to be loaded, as far as they are known
   * @throws WarehouseException where BigQuery does not answer, or refuses this account
   */
  public static List<Finding> run(WarehouseConfig.BigQuery config, Collection<SchemaRecord> schemas)
      throws WarehouseException {
    Credentials credentials = BigQueryWarehouse.credentialsOf(config);
    BigQueryOptions options = BigQueryOptions.forRetention(Duration.ofDays(7));
    BigQueryCheck check = new BigQueryCheck(config, new Rest(config, PATIENCE, credentials));
    try (Connections unasked = Connections.open(config, options, credentials)) {
      check.jobs();
      if (check.dataset()) {
        check.rights();
        check.tables(schemas, new Tables(config, options, check.rest, unasked));
      }
    } catch (IOException e) {
      throw new WarehouseException("warehouse %s: %s".formatted(config.name(), e.getMessage()), e);
    }
    BigQueryPlan.of(config, schemas).refusals().forEach(check::fatal);
    return List.copyOf(check.findings);
  }

  private void fatal(String sentence) {
    findings.add(new Finding(sentence, true));
  }

  /** Whether the project is there, and queries may be run in it: by one that reads nothing. */
  private void jobs() throws WarehouseException {
    if (rest.statementType("SELECT 1").isEmpty()) {
      fatal(
          "warehouse %s: BigQuery knows no project %s. Check `project`, and that `gcloud services enable bigquery.googleapis.com --project=%s` was run."
              .formatted(config.name(), config.project(), config.project()));
    }
  }

  /** Whether it is there. */
  private boolean dataset() throws WarehouseException {
    Dataset dataset = rest.dataset();
    if (dataset == null) {
      findings.add(
          new Finding(
              "the dataset %s.%s is not there; `renkei up` or `renkei load` makes it, with roles/bigquery.dataEditor on the project"
                  .formatted(config.project(), config.dataset()),
              false));
      return false;
    }
    Tables.misplaced(config, dataset).ifPresent(this::fatal);
    return true;
  }

  /** Rights on a dataset cannot be asked for; those on a table of Renkei's own can. */
  private void rights() throws WarehouseException {
    if (rest.table(OwnTables.POSITIONS) == null) {
      return;
    }
    List<String> lacking = lacking(rest.permissions(OwnTables.POSITIONS, NEEDED));
    if (!lacking.isEmpty()) {
      fatal(
          "warehouse %s: this account lacks %s on %s.%s. Give it roles/bigquery.dataEditor on the dataset."
              .formatted(
                  config.name(), String.join(", ", lacking), config.project(), config.dataset()));
    }
  }

  /** What of the needed is not granted. */
  static List<String> lacking(Collection<String> granted) {
    return NEEDED.stream().filter(one -> !granted.contains(one)).toList();
  }

  private void tables(Collection<SchemaRecord> schemas, Tables there) throws WarehouseException {
    for (SchemaRecord schema : schemas) {
      TableName name = schema.schema().table();
      StoredTable found = there.read(schema.source(), name);
      StoredTable before =
          found == null
              ? new StoredTable(schema.source(), name, Names.table(config, name), List.of())
              : found;
      there.refusals(before.widenedTo(schema.schema())).forEach(this::fatal);
    }
  }
}
