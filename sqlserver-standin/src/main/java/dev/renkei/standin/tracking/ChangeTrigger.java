package dev.renkei.standin.tracking;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbc.JdbcResultSet;
import org.h2.tools.TriggerAdapter;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * The row trigger of tracked tables. H2 makes it by name, one per table and each time a table is
 * altered or the instance is opened.
 *
 * <p>It records what sessions write. Writes over other connections are the engine's own, such as
 * filling an added column, and are not tracked.
 */
public final class ChangeTrigger extends TriggerAdapter {
  /** The start of trigger names; the object id follows. */
  static final String NAME = "change_tracking_";

  private @Nullable Target target;

  /** A side table and how the rows that H2 shows fit it. */
  private record Target(
      SideTable side, dev.renkei.standin.catalog.Table definition, TrackedColumns columns) {
    boolean isCurrent() {
      return side.isOpen() && side.definition() == definition;
    }
  }

  /** For H2. */
  public ChangeTrigger() {}

  @Override
  public void fire(Connection connection, @Nullable ResultSet before, @Nullable ResultSet after)
      throws SQLException {
    SessionLocal session = (SessionLocal) ((JdbcConnection) connection).getSession();
    TrackedTransaction transaction = ChangeTracking.transactionOf(session);
    if (transaction == null) {
      return;
    }
    Target to = target;
    if (to == null || !to.isCurrent()) {
      to = find(transaction.tracking(), before != null ? before : after);
      target = to;
    }
    if (to == null) {
      return;
    }
    if (before == null) {
      transaction.inserted(to.side(), key(to.columns(), after));
    } else if (after == null) {
      transaction.deleted(to.side(), key(to.columns(), before));
    } else {
      updated(transaction, to, before, after);
    }
  }

  private static void updated(
      TrackedTransaction transaction, Target to, ResultSet before, ResultSet after)
      throws SQLException {
    Value[] old = key(to.columns(), before);
    Value[] fresh = key(to.columns(), after);
    Set<String> named = transaction.updatedColumns();
    // A computed key moves without being named.
    if ((named != null && to.columns().setsKey(named)) || !same(old, fresh)) {
      transaction.moved(to.side(), old, fresh);
    } else if (!to.side().trackColumns()) {
      transaction.updated(to.side(), fresh, ColumnMask.ALL);
    } else if (named != null) {
      transaction.updated(to.side(), fresh, transaction.mask(to.columns(), named));
    } else {
      transaction.updated(to.side(), fresh, to.columns().mask(values(before), values(after)));
    }
  }

  private static boolean same(Value[] a, Value[] b) {
    for (int i = 0; i < a.length; i++) {
      if (!TrackedColumns.same(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Target find(ChangeTracking tracking, @Nullable ResultSet row)
      throws SQLException {
    // While H2 rebuilds an altered table, its triggers have names with a prefix.
    int objectId = Integer.parseInt(triggerName.substring(triggerName.lastIndexOf('_') + 1));
    SideTable side = tracking.sideTable(schemaName, objectId);
    if (side == null || row == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    ResultSetMetaData metaData = row.getMetaData();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      names.add(metaData.getColumnName(i));
    }
    dev.renkei.standin.catalog.Table definition = side.definition();
    return new Target(side, definition, new TrackedColumns(definition, names));
  }

  /** The values of the key as H2 has them: no conversion, no time zone. */
  private static Value[] key(TrackedColumns columns, @Nullable ResultSet row) {
    int[] keys = columns.keys();
    Value[] key = new Value[keys.length];
    for (int i = 0; i < keys.length; i++) {
      key[i] = value(row, keys[i]);
    }
    return key;
  }

  private static List<Value> values(ResultSet row) throws SQLException {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < row.getMetaData().getColumnCount(); i++) {
      values.add(value(row, i));
    }
    return values;
  }

  private static Value value(@Nullable ResultSet row, int index) {
    if (!(row instanceof JdbcResultSet h2)) {
      throw new IllegalStateException("a trigger without a row");
    }
    return h2.getInternal(index + 1);
  }
}
