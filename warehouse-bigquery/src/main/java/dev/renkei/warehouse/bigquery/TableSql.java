package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL that follows from a table, in BigQuery's dialect. */
record TableSql(WarehouseConfig.BigQuery config, StoredTable table) {
  /** How much longer than its staleness a current table may be behind what was acknowledged. */
  private static final Duration STALENESS_MARGIN = Duration.ofHours(1);

  String upserts() {
    return Names.quoted(config, Names.upserts(table.id()));
  }

  String log() {
    return Names.quoted(config, Names.log(table.id()));
  }

  String createUpserts() {
    List<String> columns = columns(OwnColumns.OF_UPSERTS);
    columns.add("PRIMARY KEY (_key) NOT ENFORCED");
    return "CREATE TABLE IF NOT EXISTS %s (\n  %s\n)\nCLUSTER BY _key\nOPTIONS (%s)"
        .formatted(
            upserts(),
            String.join(",\n  ", columns),
            options("max_staleness = INTERVAL '%s' HOUR TO SECOND".formatted(staleness())));
  }

  String createLog() {
    return "CREATE TABLE IF NOT EXISTS %s (\n  %s\n)\nPARTITION BY TIMESTAMP_TRUNC(_loaded_at, DAY)\nCLUSTER BY _key\nOPTIONS (%s)"
        .formatted(log(), String.join(",\n  ", columns(OwnColumns.OF_LOG)), options(""));
  }

  private List<String> columns(List<Own> own) {
    List<String> columns = new ArrayList<>();
    for (Own column : own) {
      columns.add(
          "%s %s%s".formatted(column.name(), column.type(), isRequired(column) ? " NOT NULL" : ""));
    }
    table.fields().forEach(f -> columns.add(Names.quoted(f.name()) + " " + f.type() + tag(f)));
    return columns;
  }

  /** DDL cannot set policy tags; who reads it learns of them all the same. */
  private String tag(Field field) {
    return new TableResources(config)
        .tagOf(table.name(), field.source())
        .map(tag -> " /* policy tag " + tag.replace("*/", "") + " */")
        .orElse("");
  }

  /** Only the key: nothing else of ours is ever missing, and a required column is for ever. */
  static boolean isRequired(Own column) {
    return column == OwnColumns.KEY;
  }

  private String staleness() {
    Duration stale = config.maxStaleness();
    return "%d:%d:%d".formatted(stale.toHours(), stale.toMinutesPart(), stale.toSecondsPart());
  }

  private String options(String first) {
    Map<String, String> labels = new TreeMap<>(config.labels());
    List<String> options = new ArrayList<>();
    if (!first.isEmpty()) {
      options.add(first);
    }
    options.add("description = " + Names.literal(description()));
    if (!labels.isEmpty()) {
      options.add(
          labels.entrySet().stream()
              .map(e -> "(" + Names.literal(e.getKey()) + ", " + Names.literal(e.getValue()) + ")")
              .collect(Collectors.joining(", ", "labels = [", "]")));
    }
    return String.join(", ", options);
  }

  String description() {
    return "Renkei: %s of source %s".formatted(table.name(), table.source());
  }

  /** What users read. */
  String createCurrent() {
    return "CREATE OR REPLACE VIEW %s AS\n%s"
        .formatted(Names.quoted(config, table.id()), current());
  }

  String current() {
    return "SELECT %s\nFROM %s\nWHERE NOT _deleted".formatted(shown(), upserts());
  }

  String createChanges() {
    return "CREATE OR REPLACE VIEW %s AS\n%s"
        .formatted(Names.quoted(config, Names.changes(table.id())), changes());
  }

  /**
   * Each change once: rows that came twice have one id; a row of a snapshot that is equal to the
   * row before it is no change, and neither is the delete of a row that was not there.
   */
  String changes() {
    String own =
        OwnColumns.OF_LOG.stream()
            .filter(c -> c != OwnColumns.CONTENT)
            .map(Own::name)
            .collect(Collectors.joining(", "));
    return """
    SELECT %s%s
    FROM (
      SELECT *,
        LAG(_type) OVER (PARTITION BY _key ORDER BY _sequence, _loaded_at, _message_id) AS _before_type,
        LAG(_content) OVER (PARTITION BY _key ORDER BY _sequence, _loaded_at, _message_id) AS _before_content
      FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY _message_id ORDER BY _loaded_at) AS _rank
        FROM %s)
      WHERE _rank = 1)
    WHERE NOT (_type = 'R' AND COALESCE(_before_type, 'D') <> 'D' AND COALESCE(_content = _before_content, FALSE))
      AND NOT (_type = 'D' AND _changed_columns IS NOT NULL AND COALESCE(_before_type, 'D') = 'D')"""
        .formatted(own, sourceColumns(), log());
  }

  String createLatest() {
    return "CREATE OR REPLACE VIEW %s AS\n%s"
        .formatted(Names.quoted(config, Names.latest(table.id())), latest(""));
  }

  /** The rows as of a moment: ordered by sequence, filtered by when they changed. */
  String createAsOf() {
    return "CREATE OR REPLACE TABLE FUNCTION %s(_at TIMESTAMP) AS\n%s"
        .formatted(Names.quoted(config, Names.asOf(table.id())), asOf());
  }

  String asOf() {
    return latest("\n  WHERE _changed_at <= _at");
  }

  String latest() {
    return latest("");
  }

  private String latest(String where) {
    return """
    SELECT %s
    FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _sequence DESC, _loaded_at DESC) AS _rank
      FROM %s%s)
    WHERE _rank = 1 AND _type <> 'D'"""
        .formatted(shown(), log(), where);
  }

  private String shown() {
    String columns =
        table.columns().stream().map(StoredColumn::expression).collect(Collectors.joining(", "));
    return columns + ", _sequence, _changed_at, _loaded_at, _exact";
  }

  private String sourceColumns() {
    return table.columns().stream().map(c -> ", " + c.expression()).collect(Collectors.joining());
  }

  /** How long changes took from the source's commit to BigQuery, by hour of the last day. */
  String latency() {
    return """
    SELECT TIMESTAMP_TRUNC(_loaded_at, HOUR) AS hour, COUNT(*) AS changes,
      APPROX_QUANTILES(TIMESTAMP_DIFF(_loaded_at, _changed_at, MILLISECOND), 100)[OFFSET(50)] AS p50_millis,
      APPROX_QUANTILES(TIMESTAMP_DIFF(_loaded_at, _changed_at, MILLISECOND), 100)[OFFSET(99)] AS p99_millis,
      MAX(TIMESTAMP_DIFF(_loaded_at, _changed_at, MILLISECOND)) AS max_millis
    FROM %s
    WHERE _loaded_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 24 HOUR) AND _type <> 'R'
    GROUP BY hour
    ORDER BY hour"""
        .formatted(log());
  }

  /** What should be equal: rows of the current table, and of the log read to its end. */
  String reconciliation() {
    return """
    SELECT
      (SELECT COUNT(*) FROM %1$s WHERE NOT _deleted) AS current_rows,
      (SELECT COUNT(*) FROM %2$s) AS latest_rows,
      (SELECT COUNT(*) FROM %1$s c FULL JOIN (
        SELECT _key, MAX(_sequence) AS _sequence FROM %3$s GROUP BY _key) l ON c._key = l._key
        WHERE c._sequence IS NULL OR l._sequence IS NULL OR c._sequence <> l._sequence) AS differences,
      (SELECT COUNT(*) - COUNT(DISTINCT _message_id) FROM %3$s) AS repeated_log_rows"""
        .formatted(upserts(), Names.quoted(config, Names.latest(table.id())), log());
  }

  /**
   * The newest known row of each key; the current table may be read as old as its staleness, so the
   * log's last rows join it.
   *
   * @param fields of the source, to be read too
   * @param alsoOfLog a further condition on the log's rows
   */
  private String known(Collection<Field> fields, String keys, String alsoOfLog, Instant now) {
    Instant since = now.minus(config.maxStaleness()).minus(STALENESS_MARGIN);
    String columns =
        fields.stream().map(f -> ", " + Names.quoted(f.name())).collect(Collectors.joining());
    return """
    SELECT *, ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _sequence DESC) AS _rank
      FROM (
        SELECT _key, _sequence, _deleted, _loaded_at, _exact%1$s FROM %2$s WHERE %3$s
        UNION ALL
        SELECT _key, _sequence, _type = 'D' AS _deleted, _loaded_at, _exact%1$s FROM %4$s
        WHERE _loaded_at >= TIMESTAMP_MICROS(%5$d) AND %3$s%6$s)"""
        .formatted(columns, upserts(), keys, log(), Wire.micros(since), alsoOfLog);
  }

  /**
   * What is known of some keys.
   *
   * @param keys folded
   */
  String lookUp(Collection<String> keys, Collection<Field> fields, Instant now) {
    String in =
        keys.stream().map(Names::literal).collect(Collectors.joining(", ", "_key IN (", ")"));
    String columns =
        fields.stream().map(f -> ", " + Names.quoted(f.name())).collect(Collectors.joining());
    return "SELECT _key, _sequence, _deleted, _exact%s\nFROM (\n%s)\nWHERE _rank = 1"
        .formatted(columns, known(fields, in, "", now));
  }

  /**
   * The keys that a sweep deletes. What the same sweep has written into the log does not count: it
   * may have ended before it came to the current table.
   *
   * @param keyFields what a delete in the log has of its row
   * @param range the keys that are meant; null for all
   */
  String swept(Sequence start, @Nullable KeyRange range, Collection<Field> keyFields, Instant now) {
    String columns =
        keyFields.stream().map(f -> ", " + Names.quoted(f.name())).collect(Collectors.joining());
    String keys =
        range == null
            ? "TRUE"
            : range.bounds().stream().map(TableSql::condition).collect(Collectors.joining(" AND "));
    return "SELECT _key%s\nFROM (\n%s)\nWHERE _rank = 1 AND NOT _deleted AND _sequence < %s"
        .formatted(
            columns,
            known(
                keyFields,
                keys,
                " AND NOT (_type = 'D' AND _sequence = %s)".formatted(number(start)),
                now),
            number(start));
  }

  /** By what stands in the folded key; text compares code point by code point. */
  private static String condition(KeyRange.Bound bound) {
    String part = "JSON_VALUE(_key, '$[%d]')".formatted(bound.position());
    String value = Names.literal(bound.value());
    return bound.isNumber()
        ? "CAST(%s AS BIGNUMERIC) %s CAST(%s AS BIGNUMERIC)"
            .formatted(part, bound.operator().sign(), value)
        : "%s %s %s".formatted(part, bound.operator().sign(), value);
  }

  /** Deleted keys that need not be remembered any longer. */
  String forgotten(Instant before) {
    return "SELECT _key, _sequence\nFROM %s\nWHERE _deleted AND _loaded_at < TIMESTAMP_MICROS(%d)"
        .formatted(upserts(), Wire.micros(before));
  }

  static String number(Sequence sequence) {
    return "CAST('%s' AS NUMERIC)".formatted(Long.toUnsignedString(sequence.packed()));
  }
}
