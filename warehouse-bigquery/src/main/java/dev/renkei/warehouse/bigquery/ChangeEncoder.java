package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.Change;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.RowEncoder.Known;
import dev.renkei.warehouse.bigquery.RowEncoder.Rows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes rows of changes as {@link BigQueryWarehouse} does. Belongs to one thread. */
public final class ChangeEncoder {
  private final PipelineTables tables;
  private final RowEncoder encoder = new RowEncoder();

  ChangeEncoder(PipelineTables tables) {
    this.tables = tables;
  }

  /**
   * Whether the warehouse must be asked for the change's row first, which {@link #known} does for
   * many at once.
   */
  public boolean needsLookUp(Change change) {
    RowForm form = tables.form(change);
    return !form.isSwept(change) && form.needsLookUp(change);
  }

  /** What is known of the rows of changes of one table. */
  public KnownRows known(List<Change> changes) throws WarehouseException {
    return new KnownRows(tables.lookUp(changes));
  }

  /** Rows by key, as the warehouse had them when it was asked. */
  public static final class KnownRows {
    /** For changes that need none. */
    public static final KnownRows NONE = new KnownRows(Map.of());

    private final Map<String, Known> byKey;

    private KnownRows(Map<String, Known> byKey) {
      this.byKey = byKey;
    }

    private @Nullable Known of(Change change) {
      return byKey.get(change.key().folded());
    }
  }

  /**
   * The rows of a change whose schema is prepared; none where it is below the floor, or older than
   * what is remembered of deleted keys (SEMANTICS 11, 18).
   *
   * @throws ChangeRefusedException where it does not fit
   */
  public Optional<EncodedChange> encode(Change change, KnownRows knownRows)
      throws ChangeRefusedException {
    RowForm form = tables.form(change);
    Known known = knownRows.of(change);
    if (form.isSwept(change) || known == null && form.mayBeForgotten(change)) {
      return Optional.empty();
    }
    boolean keeps = known != null && known.sequence().compareTo(change.sequence()) <= 0;
    Rows rows = encoder.encode(change, form.binding(), tables.now(), keeps ? known : null);
    int size = Math.max(rows.log().size(), rows.upsert().size());
    if (size > BigQueryOptions.MAX_REQUEST_BYTES) {
      throw RowEncoder.refused(
          change, "a row of %d bytes, more than BigQuery takes (10 MB)".formatted(size));
    }
    return Optional.of(
        new EncodedChange(
            form.log(),
            rows.log().toByteArray(),
            form.upserts(),
            rows.upsert().toByteArray(),
            change.sequence().hex()));
  }
}
