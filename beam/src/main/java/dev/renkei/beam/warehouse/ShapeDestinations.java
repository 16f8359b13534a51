package dev.renkei.beam.warehouse;

import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import dev.renkei.warehouse.bigquery.TableShape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.gcp.bigquery.DynamicDestinations;
import org.apache.beam.sdk.io.gcp.bigquery.TableDestination;
import org.apache.beam.sdk.values.ValueInSingleWindow;

/**
 * Where rows go: a table with its columns as they stood when the row was encoded, which follow from
 * its schema id; several ids map to one table (SEMANTICS 25). A destination tells its columns by
 * itself, so that a worker needs nothing else to write them.
 *
 * <p>BigQueryIO keeps schemas and connections by the name of the table, whatever the destination: a
 * row with a new column would be refused by the first schema of its table, or lose the column on a
 * connection that does not know it. So each shape of a table has a name of its own, which {@link
 * ShapedServices} takes back before anybody outside sees it.
 */
abstract class ShapeDestinations extends DynamicDestinations<WarehouseRow, String> {
  private static final long serialVersionUID = 1;
  private static final Map<String, Known> KNOWN = new ConcurrentHashMap<>();

  private final String project;
  private final String dataset;

  private record Known(TableShape shape, TableShape.Reader reader) {}

  private ShapeDestinations(String project, String dataset) {
    this.project = project;
    this.dataset = dataset;
  }

  /** Of the logs. */
  static ShapeDestinations ofLogs(WarehousePlan plan) {
    return new ShapeDestinations(plan.warehouse().project(), plan.warehouse().dataset()) {
      private static final long serialVersionUID = 1;

      @Override
      String destination(WarehouseRow row) {
        return row.rows().log();
      }
    };
  }

  /** Of the tables of current rows. */
  static ShapeDestinations ofUpserts(WarehousePlan plan) {
    return new ShapeDestinations(plan.warehouse().project(), plan.warehouse().dataset()) {
      private static final long serialVersionUID = 1;

      @Override
      String destination(WarehouseRow row) {
        return row.rows().upserts();
      }
    };
  }

  abstract String destination(WarehouseRow row);

  private static Known known(String shape) {
    return KNOWN.computeIfAbsent(
        shape,
        text -> {
          TableShape parsed = TableShape.parse(text);
          return new Known(parsed, parsed.reader());
        });
  }

  /** An encoded row as BigQueryIO takes it. */
  static TableRow row(String shape, byte[] encoded) {
    return known(shape).reader().read(encoded);
  }

  @Override
  public String getDestination(ValueInSingleWindow<WarehouseRow> element) {
    return destination(java.util.Objects.requireNonNull(element.getValue()));
  }

  @Override
  public TableDestination getTable(String shape) {
    return new TableDestination(
        new TableReference()
            .setProjectId(project)
            .setDatasetId(dataset)
            .setTableId(ShapedServices.named(known(shape).shape().table(), shape)),
        null);
  }

  @Override
  public TableSchema getSchema(String shape) {
    return known(shape).shape().schema();
  }

  @Override
  public Coder<String> getDestinationCoder() {
    return StringUtf8Coder.of();
  }
}
