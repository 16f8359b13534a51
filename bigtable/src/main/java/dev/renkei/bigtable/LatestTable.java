package dev.renkei.bigtable;

import static com.google.cloud.bigtable.admin.v2.models.GCRules.GCRULES;

import com.google.api.gax.rpc.AlreadyExistsException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.bigtable.admin.v2.BigtableTableAdminClient;
import com.google.cloud.bigtable.admin.v2.models.ColumnFamily;
import com.google.cloud.bigtable.admin.v2.models.CreateTableRequest;
import com.google.cloud.bigtable.admin.v2.models.GCRules.GCRule;
import com.google.cloud.bigtable.admin.v2.models.Table;
import dev.renkei.core.config.BigtableConfig;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the table that holds latest rows, or checks the one that is there. Of every column the
 * newest cell is kept: cells carry sequences for times, so no rule may count in days.
 */
public final class LatestTable {
  private static final GCRule NEWEST = GCRULES.maxVersions(1);

  private LatestTable() {}

  /**
   * Makes the table where it is missing.
   *
   * @throws BigtableException where another's table has this name, or Bigtable is not to be used
   */
  public static void make(BigtableConfig config) throws BigtableException {
    try (BigtableTableAdminClient admin = BigtableAccess.admin(config)) {
      Optional<Table> found = find(admin, config.table());
      if (found.isEmpty()) {
        create(admin, config.table());
        found = find(admin, config.table());
      }
      if (found.isPresent()) {
        check(config, found.get());
      }
    } catch (ApiException e) {
      throw BigtableAccess.failed(config, e);
    }
  }

  private static Optional<Table> find(BigtableTableAdminClient admin, String table) {
    try {
      return Optional.of(admin.getTable(table));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private static void create(BigtableTableAdminClient admin, String table) {
    try {
      admin.createTable(
          CreateTableRequest.of(table).addFamily(Cells.ROW, NEWEST).addFamily(Cells.META, NEWEST));
    } catch (AlreadyExistsException e) {
      // Another worker was faster: it is checked as any other.
    }
  }

  private static void check(BigtableConfig config, Table table) throws BigtableException {
    Map<String, String> families =
        table.getColumnFamilies().stream()
            .collect(
                Collectors.toMap(
                    ColumnFamily::getId,
                    family -> family.getGCRule().toProto().toString().strip(),
                    (one, other) -> one,
                    TreeMap::new));
    String newest = NEWEST.toProto().toString().strip();
    if (!families.equals(Map.of(Cells.ROW, newest, Cells.META, newest))) {
      throw new BigtableException(
          "%s is not a table of Renkei's: it has the families %s; ours are `%s` and `%s`, of each of which 1 version is kept. Name another as `bigtable.table`; it is made where it is missing."
              .formatted(config.wholeName(), families.keySet(), Cells.META, Cells.ROW));
    }
  }
}
