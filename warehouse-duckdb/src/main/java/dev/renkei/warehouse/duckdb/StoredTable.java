package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.KeyRange;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as the warehouse has it, and the SQL that follows from it.
 *
 * <p>Four places hold its rows: {@code merged} has the newest of each key, tombstones included, as
 * of the last merge; {@code tail} has what was applied since; the log has every change; {@code
 * stage} is where changes wait for a look at what is known of their keys.
 *
 * @param id names the inner tables
 * @param columns in the order of the inner tables' columns
 */
record StoredTable(int id, String source, TableName name, List<StoredColumn> columns) {
  private static final List<String> ROW_COLUMNS =
      List.of(
          "_key VARCHAR",
          "_sequence UBIGINT",
          "_deleted BOOLEAN",
          "_changed_at TIMESTAMPTZ",
          "_loaded_at TIMESTAMPTZ",
          "_exact JSON");
  private static final List<String> LOG_COLUMNS =
      List.of(
          "_sequence UBIGINT",
          "_type VARCHAR",
          "_key VARCHAR",
          "_message_id VARCHAR",
          "_changed_at TIMESTAMPTZ",
          "_loaded_at TIMESTAMPTZ",
          "_changed_columns JSON",
          "_schema_id VARCHAR",
          "_exact JSON");

  StoredTable {
    columns = List.copyOf(columns);
  }

  /** The table with what a schema needs of columns and types; itself where it has them. */
  StoredTable widenedTo(TableSchema schema) {
    List<StoredColumn> widened = new ArrayList<>(columns);
    for (Column column : schema.columns()) {
      int at = indexOf(column.name());
      DuckType type = DuckType.of(column);
      if (at < 0) {
        List<String> taken = widened.stream().map(StoredColumn::name).toList();
        widened.add(
            new StoredColumn(
                column.name(), Names.free(column.name(), taken), type, column.keyOrdinal()));
      } else {
        StoredColumn stored = widened.get(at);
        widened.set(
            at,
            new StoredColumn(
                stored.source(),
                stored.name(),
                stored.type().widenedBy(type),
                column.keyOrdinal()));
      }
    }
    return widened.equals(columns) ? this : new StoredTable(id, source, name, widened);
  }

  /** The position of a source's column, ignoring case; -1 where there is none. */
  int indexOf(String sourceColumn) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).source().equalsIgnoreCase(sourceColumn)) {
        return i;
      }
    }
    return -1;
  }

  String tail() {
    return Names.OWN_SCHEMA + "." + tailName();
  }

  String tailName() {
    return "tail_" + id;
  }

  String merged() {
    return Names.OWN_SCHEMA + ".merged_" + id;
  }

  String stageName() {
    return "stage_" + id;
  }

  String log() {
    return Names.log(name);
  }

  String logName() {
    return name.table() + "_changes";
  }

  /** What makes the table and, run again with more columns, alters it. */
  List<String> createStatements() {
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS " + Names.quoted(name.schema()),
        create("TABLE " + merged(), ROW_COLUMNS),
        create("TABLE " + tail(), ROW_COLUMNS),
        create("TABLE " + log(), LOG_COLUMNS));
  }

  List<String> alterStatements(StoredTable before) {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      StoredColumn column = columns.get(i);
      Optional<StoredColumn> old =
          i < before.columns.size() ? Optional.of(before.columns.get(i)) : Optional.empty();
      for (String table : List.of(merged(), tail(), log())) {
        if (old.isEmpty()) {
          statements.add(
              "ALTER TABLE %s ADD COLUMN %s %s"
                  .formatted(table, column.quoted(), column.type().sql()));
        } else if (!old.get().type().equals(column.type())) {
          statements.add(
              "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s USING %s"
                  .formatted(
                      table,
                      column.quoted(),
                      column.type().sql(),
                      conversion(column, old.get().type())));
        }
      }
    }
    return statements;
  }

  private static String conversion(StoredColumn column, DuckType from) {
    if (column.type().kind() == DuckType.Kind.VARCHAR && from.kind() == DuckType.Kind.BLOB) {
      return "lower(hex(%s))".formatted(column.quoted());
    }
    return "CAST(%s AS %s)".formatted(column.quoted(), column.type().sql());
  }

  /** What users read: the view and the as-of macro. */
  List<String> viewStatements() {
    String shown = list("", "_sequence", "_changed_at", "_loaded_at", "_exact");
    return List.of(
        "CREATE OR REPLACE VIEW %s AS SELECT %s FROM (%s) WHERE NOT _deleted"
            .formatted(Names.view(name), shown, newest()),
        """
        CREATE OR REPLACE MACRO %s(_at) AS TABLE
        SELECT %s FROM (SELECT * FROM %s WHERE _changed_at <= CAST(_at AS TIMESTAMPTZ)
          QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1)
        WHERE _type <> 'D'"""
            .formatted(Names.asOf(name), shown, log()));
  }

  /** The newest row of each key, tombstones included. */
  String newest() {
    String all = list("", "_key", "_sequence", "_deleted", "_changed_at", "_loaded_at", "_exact");
    return """
    SELECT %1$s FROM %2$s m WHERE NOT EXISTS (FROM %3$s t WHERE t._key = m._key)
    UNION ALL
    SELECT %1$s FROM %3$s m
      QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1"""
        .formatted(all, merged(), tail());
  }

  String createStage() {
    return create("OR REPLACE TEMP TABLE " + stageName(), LOG_COLUMNS);
  }

  /**
   * Judges what is staged by what is known of the same keys. Texts of dropped columns are kept
   * where DuckDB can read them beside the new ones: half a surrogate pair it cannot.
   *
   * @param purged keys that are unknown and not above this are too old (SEMANTICS 11)
   * @param present the positions of the columns that the staged rows have; the others keep their
   *     values
   */
  String judge(long purged, Set<Integer> present) {
    StringBuilder values = new StringBuilder();
    StringBuilder equal = new StringBuilder("k._exact IS NOT DISTINCT FROM s._exact");
    StringBuilder keptExact = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i).quoted();
      if (present.contains(i)) {
        values.append(", s.").append(column);
        equal.append(" AND s.%1$s IS NOT DISTINCT FROM k.%1$s".formatted(column));
      } else {
        values.append(
            ", CASE WHEN s._type = 'D' THEN NULL ELSE k.%1$s END AS %1$s".formatted(column));
        String name = Names.literal(columns.get(i).source());
        keptExact.append(keptExact.isEmpty() ? "" : ", ");
        keptExact.append(
            "%1$s, json_extract(k._exact, %2$s)"
                .formatted(name, Names.literal(jsonPath(columns.get(i).source()))));
      }
    }
    String exact =
        keptExact.isEmpty()
            ? "s._exact"
            : """
              CASE WHEN k._exact IS NULL OR s._type = 'D'
                  OR NOT json_valid(CAST(k._exact AS VARCHAR))
                  OR NOT coalesce(json_valid(CAST(s._exact AS VARCHAR)), true) THEN s._exact ELSE
                nullif(CAST(json_merge_patch(json_merge_patch('{}', json_object(%s)),
                  coalesce(s._exact, '{}')) AS VARCHAR), '{}') END"""
                .formatted(keptExact);
    String equalExact =
        keptExact.isEmpty()
            ? equal.toString()
            : equal.toString().replace("s._exact", "(" + exact + ")");
    return """
    CREATE OR REPLACE TEMP TABLE verdict_%1$d AS
    WITH keys AS (SELECT DISTINCT _key FROM temp.%2$s),
    known AS (
      SELECT * FROM (
        SELECT * FROM %3$s WHERE _key IN (SELECT _key FROM keys)
        UNION ALL SELECT * FROM %4$s WHERE _key IN (SELECT _key FROM keys))
      QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1)
    SELECT s._sequence, s._type, s._key, s._message_id, s._changed_at, s._loaded_at,
      s._changed_columns, s._schema_id, %5$s AS _exact %6$s,
      coalesce(s._type = 'R' AND NOT k._deleted AND %7$s, false)
        OR s._type = 'D' AND s._changed_columns IS NOT NULL AND coalesce(k._deleted, true) AS _equal,
      k._changed_at AS _known_changed_at, k._loaded_at AS _known_loaded_at
    FROM temp.%2$s s LEFT JOIN known k ON s._key = k._key
    WHERE s._sequence > coalesce(k._sequence, CAST(%8$s AS UBIGINT))"""
        .formatted(
            id,
            stageName(),
            merged(),
            tail(),
            exact,
            values,
            equalExact,
            Long.toUnsignedString(purged));
  }

  static String jsonPath(String name) {
    return "$.\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  String logFromVerdict() {
    String all = logList();
    return "INSERT INTO %s (%s) SELECT %s FROM temp.verdict_%d WHERE NOT _equal"
        .formatted(log(), all, all, id);
  }

  String tailFromVerdict() {
    return """
    INSERT INTO %s (%s) SELECT _key, _sequence, _type = 'D',
      CASE WHEN _equal THEN coalesce(_known_changed_at, _changed_at) ELSE _changed_at END,
      CASE WHEN _equal THEN coalesce(_known_loaded_at, _loaded_at) ELSE _loaded_at END, _exact%s
    FROM temp.verdict_%d"""
        .formatted(tail(), rowList(), names(", "), id);
  }

  /** What moves the newest of the tail to the merged rows; the tail is emptied after it. */
  List<String> mergeStatements() {
    String newest = "temp.newest_" + id;
    String update =
        rowColumnNames().stream()
            .filter(c -> !c.equals("_key"))
            .map(c -> c + " = s." + c)
            .collect(Collectors.joining(", "));
    return List.of(
        """
        CREATE OR REPLACE TEMP TABLE newest_%d AS SELECT * FROM %s
        QUALIFY row_number() OVER (PARTITION BY _key ORDER BY _sequence DESC) = 1"""
            .formatted(id, tail()),
        "MERGE INTO %s m USING %s s ON m._key = s._key WHEN MATCHED THEN UPDATE SET %s WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)"
            .formatted(
                merged(),
                newest,
                update,
                rowList(),
                rowColumnNames().stream().map(c -> "s." + c).collect(Collectors.joining(", "))),
        "DROP TABLE " + newest);
  }

  /**
   * Finds what a sweep deletes.
   *
   * @param start packed
   * @param range the keys that are meant; null for all
   */
  String findSwept(long start, @Nullable KeyRange range) {
    return "CREATE OR REPLACE TEMP TABLE swept_%d AS SELECT * FROM (%s) WHERE NOT _deleted AND _sequence < CAST(%s AS UBIGINT)%s"
        .formatted(
            id,
            newest(),
            Long.toUnsignedString(start),
            range == null
                ? ""
                : range.bounds().stream()
                    .map(StoredTable::condition)
                    .collect(Collectors.joining(" AND ", " AND ", "")));
  }

  /** By what stands in the folded key; text compares by its bytes in UTF-8. */
  private static String condition(KeyRange.Bound bound) {
    String part = "json_extract_string(_key, '$[%d]')".formatted(bound.position());
    String value = Names.literal(bound.value());
    if (!bound.isNumber()) {
      return "%s %s %s".formatted(part, bound.operator().sign(), value);
    }
    String type = "DECIMAL(38,%d)".formatted(bound.scale());
    return "CAST(%s AS %s) %s CAST(%s AS %s)"
        .formatted(part, type, bound.operator().sign(), value, type);
  }

  /**
   * Writes the deletes of a sweep into the log.
   *
   * @param idHead what the ids of the deletes begin with; the key follows
   */
  String logSwept(long start, String idHead, int maxIdBytes) {
    String head = Names.literal(idHead);
    String key =
        columns.stream()
            .filter(c -> c.keyOrdinal() > 0)
            .map(c -> ", " + c.quoted())
            .collect(Collectors.joining());
    return """
    INSERT INTO %1$s (_sequence, _type, _key, _message_id, _changed_at, _loaded_at%2$s)
    SELECT CAST(%3$s AS UBIGINT), 'D', _key,
      %4$s || CASE WHEN strlen(%4$s || _key) <= %5$d THEN _key ELSE '#' || sha256(_key) END, ?, ?%2$s
    FROM temp.swept_%6$d"""
        .formatted(log(), key, Long.toUnsignedString(start), head, maxIdBytes, id);
  }

  String tailSwept(long start) {
    return """
    INSERT INTO %s (_key, _sequence, _deleted, _changed_at, _loaded_at)
    SELECT _key, CAST(%s AS UBIGINT), true, ?, ? FROM temp.swept_%d"""
        .formatted(tail(), Long.toUnsignedString(start), id);
  }

  private String create(String what, List<String> own) {
    List<String> all = new ArrayList<>(own);
    columns.forEach(c -> all.add(c.quoted() + " " + c.type().sql()));
    return "CREATE %s (%s)".formatted(what, String.join(", ", all));
  }

  private String list(String before, String... own) {
    List<String> all = new ArrayList<>();
    columns.forEach(c -> all.add(before + c.quoted()));
    all.addAll(List.of(own));
    return String.join(", ", all);
  }

  private String names(String before) {
    return columns.stream().map(c -> before + c.quoted()).collect(Collectors.joining());
  }

  private List<String> rowColumnNames() {
    List<String> all = new ArrayList<>();
    ROW_COLUMNS.forEach(c -> all.add(c.substring(0, c.indexOf(' '))));
    columns.forEach(c -> all.add(c.quoted()));
    return all;
  }

  private String rowList() {
    return String.join(", ", rowColumnNames());
  }

  private String logList() {
    List<String> all = new ArrayList<>();
    LOG_COLUMNS.forEach(c -> all.add(c.substring(0, c.indexOf(' '))));
    columns.forEach(c -> all.add(c.quoted()));
    return String.join(", ", all);
  }
}
