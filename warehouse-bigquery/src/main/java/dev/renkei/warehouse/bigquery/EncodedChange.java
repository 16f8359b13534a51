package dev.renkei.warehouse.bigquery;

/**
 * A change as rows of its table's log and of its current rows. The arrays are not copied.
 *
 * @param log the text of the log's {@link TableShape}
 * @param logRow a row of it, read by its shape's {@link TableShape#reader}
 * @param upserts the text of the shape of the table of current rows, which takes upserts by {@code
 *     _key}
 * @param upsertRow a row of it
 * @param sequence what upserts of one key are ordered by: 16 hex digits
 */
public record EncodedChange(
    String log, byte[] logRow, String upserts, byte[] upsertRow, String sequence) {}
