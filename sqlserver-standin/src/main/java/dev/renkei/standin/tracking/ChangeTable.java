package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * CHANGETABLE as H2 SQL. Values given may name anything of the query around but aliases that start
 * with a dollar sign.
 *
 * <p>Each key's changes after the cursor are grouped; the lowest id tells its first operation, the
 * highest its last: deleted last is D, inserted first is I, else U (<a
 * href="https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql">CHANGETABLE</a>).
 */
final class ChangeTable {
  private static final long RUNS = 1L << SideTable.RUN_BITS;

  private ChangeTable() {}

  /** See {@link ChangeTracking#changesSql}. */
  static String changes(SideTable side, Table table, String sinceSql, Set<String> used) {
    List<String> keys = TrackedColumns.keyColumns(table);
    List<Integer> ids = TrackedColumns.keyColumnIds(table);
    boolean columns = used.contains("sys_change_columns") && side.trackColumns();
    boolean spelled = usesText(table, keys, used);
    boolean last = used.contains("sys_change_context") || spelled;

    List<String> out = new ArrayList<>();
    List<String> grouped = new ArrayList<>();
    grouped.add("MAX(s.id) last_id");
    grouped.add("MIN(s.id) first_id");
    if (used.contains("sys_change_version")) {
      grouped.add("MAX(c.id) version");
      out.add("g.version / " + RUNS + " SYS_CHANGE_VERSION");
    }
    if (used.contains("sys_change_creation_version")) {
      grouped.add("MAX(CASE WHEN BITAND(s.id, 3) = 1 THEN c.id END) creation");
      out.add("g.creation / " + RUNS + " SYS_CHANGE_CREATION_VERSION");
    }
    if (used.contains("sys_change_operation")) {
      out.add(
          "CAST(CASE WHEN BITAND(g.last_id, 3) = 3 THEN 'D' WHEN BITAND(g.first_id, 3) = 1 THEN 'I'"
              + " ELSE 'U' END AS CHAR(1)) SYS_CHANGE_OPERATION");
    }
    if (columns) {
      grouped.add("BIT_OR_AGG(s.mask) mask");
      out.add(
          "CAST(CASE WHEN BITAND(g.last_id, 3) = 2 THEN "
              + ColumnMask.FUNCTION
              + "(g.mask) END AS VARBINARY(4100)) SYS_CHANGE_COLUMNS");
    } else if (used.contains("sys_change_columns")) {
      out.add("CAST(NULL AS VARBINARY(4100)) SYS_CHANGE_COLUMNS");
    }
    if (used.contains("sys_change_context")) {
      out.add("l.context SYS_CHANGE_CONTEXT");
    }
    List<String> by = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String name = SideTable.keyName(ids.get(i));
      by.add("s." + name);
      out.add((spelled ? "l." : "g.") + name + " " + H2Names.quote(keys.get(i)));
    }
    String changes = SideTable.changesName(side.database(), side.objectId());
    return "(SELECT %s FROM (SELECT %s, %s FROM %s c JOIN %s s ON s.id BETWEEN c.first_id AND c.last_id WHERE c.id >= %s GROUP BY %s) g%s)"
        .formatted(
            String.join(", ", out),
            String.join(", ", by),
            String.join(", ", grouped),
            SideTable.commitsName(side.database(), side.objectId()),
            changes,
            bound(sinceSql),
            String.join(", ", by),
            last ? " JOIN " + changes + " l ON l.id = g.last_id" : "");
  }

  /** A text key is one key in every spelling; the latest is shown. */
  private static boolean usesText(Table table, List<String> keys, Set<String> used) {
    return keys.stream()
        .filter(key -> used.contains(key.toLowerCase(Locale.ROOT)))
        .anyMatch(key -> table.column(key).orElseThrow().sqlType().kind().isText());
  }

  /** See {@link ChangeTracking#existsSql}. */
  static String exists(SideTable side, String sinceSql) {
    return "EXISTS(SELECT 1 FROM %s c WHERE c.id >= %s)"
        .formatted(SideTable.commitsName(side.database(), side.objectId()), bound(sinceSql));
  }

  /** The lowest commit id above a cursor; a cursor of NULL knows nothing. */
  private static String bound(String sinceSql) {
    long highest = Long.MAX_VALUE / RUNS - 1;
    return "(LEAST(GREATEST(COALESCE(CAST(%s AS BIGINT), -1), -1), %d) + 1) * %d"
        .formatted(sinceSql, highest, RUNS);
  }

  /** See {@link ChangeTracking#rowVersionSql}. */
  static String rowVersion(SideTable side, Table table, List<String> keys, List<String> values)
      throws SqlError {
    checkKeys(table, keys, values.size());
    List<String> where = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String exact = table.column(keys.get(i)).orElseThrow().name();
      where.add("%s = (%s)".formatted(H2Names.quote(exact), values.get(i)));
    }
    return "(SELECT * FROM %s \"$v\" WHERE %s)"
        .formatted(rowVersions(side, table), String.join(" AND ", where));
  }

  /** See {@link ChangeTracking#rowVersionsSql}. */
  static String rowVersions(SideTable side, Table table) {
    List<String> same = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    List<Integer> ids = TrackedColumns.keyColumnIds(table);
    List<String> all = TrackedColumns.keyColumns(table);
    for (int i = 0; i < all.size(); i++) {
      String column = "t." + H2Names.quote(all.get(i));
      same.add("s.%s = %s".formatted(SideTable.keyName(ids.get(i)), column));
      shown.add(column);
    }
    String latest =
        "FROM %s s WHERE %s ORDER BY s.id DESC FETCH FIRST ROW ONLY"
            .formatted(
                SideTable.changesName(side.database(), side.objectId()),
                String.join(" AND ", same));
    String commits = TrackingStore.commits(side.database());
    return "(SELECT (SELECT (SELECT c.commit_ts FROM %s c WHERE c.xdes_id = s.xdes) %s) SYS_CHANGE_VERSION, (SELECT s.context %s) SYS_CHANGE_CONTEXT, %s FROM %s t)"
        .formatted(commits, latest, latest, String.join(", ", shown), table.h2Name());
  }

  static void checkKeys(Table table, List<String> keys, int values) throws SqlError {
    Set<String> expected = new HashSet<>();
    TrackedColumns.keyColumns(table).forEach(k -> expected.add(k.toLowerCase(Locale.ROOT)));
    Set<String> seen = new HashSet<>();
    for (String key : keys) {
      String folded = key.toLowerCase(Locale.ROOT);
      if (!expected.contains(folded)) {
        throw TrackingErrors.notAKeyColumn(key, table.name());
      }
      if (!seen.add(folded)) {
        throw TrackingErrors.keyColumnTwice(key);
      }
    }
    if (seen.size() != expected.size()) {
      throw TrackingErrors.keyColumnCount(table.name());
    }
    if (values != keys.size()) {
      throw TrackingErrors.versionArguments();
    }
  }
}
