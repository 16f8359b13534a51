package dev.renkei.warehouse.duckdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The statements of a comparison.
 *
 * @param present the positions of the columns that rows of the source have; the others keep what
 *     they have, and are not compared
 */
record ComparisonSql(StoredTable stored, Set<Integer> present) {
  ComparisonSql {
    present = Set.copyOf(present);
  }

  /** Makes the places of what was read and of what was found. */
  List<String> begin() {
    return List.of(
        "CREATE TEMP TABLE has_read (_key VARCHAR, _hash UBIGINT)",
        "CREATE TEMP TABLE found (_kind VARCHAR, _key VARCHAR, _sequence UBIGINT)",
        "CREATE TEMP TABLE looked (again BOOLEAN)");
  }

  /** Takes what is staged. */
  String take() {
    return "INSERT INTO temp.has_read SELECT _key, %s FROM temp.%s"
        .formatted(hash(), stored.stageName());
  }

  /**
   * Finds what differs. A key may have been read twice, as it was written to meanwhile: it is told
   * once, and the second look finds out.
   */
  List<String> compare() {
    return List.of(
        """
        CREATE OR REPLACE TEMP TABLE finding AS
        WITH held AS (
          SELECT _key, _sequence, _deleted, %s AS _hash FROM (%s) AS h
          WHERE (SELECT count(*) FROM temp.looked) = 0 OR _key IN (SELECT _key FROM temp.found))
        SELECT CASE
            WHEN r._key IS NULL THEN 'ONLY_IN_WAREHOUSE'
            WHEN w._key IS NULL OR w._deleted THEN 'MISSING'
            ELSE 'DIFFERENT' END AS _kind,
          coalesce(r._key, w._key) AS _key, w._sequence
        FROM temp.has_read r FULL OUTER JOIN held w ON r._key = w._key
        WHERE CASE
          WHEN r._key IS NULL THEN NOT w._deleted
          WHEN w._key IS NULL THEN true
          ELSE w._deleted OR r._hash <> w._hash END"""
            .formatted(hash(), stored.newest()),
        "CREATE OR REPLACE TEMP TABLE found AS SELECT * FROM temp.finding QUALIFY row_number() OVER (PARTITION BY _key) = 1",
        "DROP TABLE temp.finding",
        "CREATE OR REPLACE TEMP TABLE has_read (_key VARCHAR, _hash UBIGINT)",
        "INSERT INTO temp.looked VALUES (true)");
  }

  /** Its parameters are a key and a number of rows. */
  String differences() {
    return "SELECT _kind, _key, CAST(_sequence AS VARCHAR) FROM temp.found WHERE _key > ? ORDER BY _key LIMIT ?";
  }

  /**
   * Takes away differences.
   *
   * @param keys a temporary table of theirs
   */
  String leaveOut(String keys) {
    return "DELETE FROM temp.found WHERE _key IN (SELECT _key FROM temp.%s)".formatted(keys);
  }

  /** The values of a row; rows whose values are the same have the same one. */
  private String hash() {
    List<String> terms = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < stored.columns().size(); i++) {
      StoredColumn column = stored.columns().get(i);
      if (present.contains(i)) {
        terms.add(column.quoted());
        if (column.type().mayLose()) {
          texts.add(
              "json_extract_string(_exact, %s)"
                  .formatted(Names.literal(StoredTable.jsonPath(column.source()))));
        }
      }
    }
    if (!texts.isEmpty()) {
      // Half a surrogate pair is no JSON to DuckDB; then the whole text counts.
      terms.add(
          "CASE WHEN _exact IS NULL THEN NULL WHEN NOT json_valid(_exact) THEN CAST(_exact AS VARCHAR) WHEN coalesce(%1$s) IS NOT NULL THEN CAST(hash(%1$s) AS VARCHAR) END"
              .formatted(String.join(", ", texts)));
    }
    return "hash(%s)".formatted(String.join(", ", terms));
  }
}
