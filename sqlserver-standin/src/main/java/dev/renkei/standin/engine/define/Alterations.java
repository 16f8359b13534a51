package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.H2Types;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.engine.translate.TypedSql;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.Statement.AddColumns;
import dev.renkei.standin.tsql.ast.Statement.AddDefault;
import dev.renkei.standin.tsql.ast.Statement.AlterAction;
import dev.renkei.standin.tsql.ast.Statement.AlterColumn;
import dev.renkei.standin.tsql.ast.Statement.AlterTable;
import dev.renkei.standin.tsql.ast.Statement.ColumnDefinition;
import dev.renkei.standin.tsql.ast.Statement.DefaultSpec;
import dev.renkei.standin.tsql.ast.Statement.DisableTracking;
import dev.renkei.standin.tsql.ast.Statement.DropColumns;
import dev.renkei.standin.tsql.ast.Statement.DropConstraint;
import dev.renkei.standin.tsql.ast.Statement.EnableTracking;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE. */
final class Alterations {
  private final Work work;
  private final H2Shape shape;

  Alterations(Work work) {
    this.work = work;
    this.shape = new H2Shape(work.translator());
  }

  void alter(AlterTable statement) throws SqlError, SQLException {
    Table table = work.alterable(statement.table(), 4902);
    AlterAction action = statement.action();
    if (action instanceof EnableTracking enable) {
      enableTracking(table, enable.trackColumns());
    } else if (action instanceof DisableTracking) {
      if (!work.tracking().isTracked(table)) {
        throw Refusals.notTracked(table.name());
      }
      work.tracking().disableTable(table);
    } else {
      Views views = new Views(work);
      views.takeDown(table);
      try {
        Table changed = work.catalog().putTable(change(table, action));
        work.tracking().altered(table, changed);
      } finally {
        views.mend();
      }
    }
  }

  private Table change(Table table, AlterAction action) throws SqlError, SQLException {
    if (action instanceof AddColumns add) {
      return add(table, add);
    }
    if (action instanceof DropColumns drop) {
      return dropColumns(table, drop);
    }
    if (action instanceof AlterColumn alter) {
      return alterColumn(table, alter);
    }
    if (action instanceof AddDefault add) {
      return addDefault(table, add);
    }
    if (action instanceof DropConstraint drop) {
      return dropConstraints(table, drop);
    }
    throw SqlError.refused("ALTER TABLE with " + action.getClass().getSimpleName());
  }

  private void enableTracking(Table table, boolean columns) throws SqlError {
    if (!work.tracking().isEnabled(table.database())) {
      throw Refusals.trackDatabaseFirst(table.database(), table.name());
    }
    if (work.tracking().isTracked(table)) {
      throw Refusals.alreadyTracked(table.name());
    }
    Key key = table.primaryKey();
    if (key == null) {
      throw Refusals.trackingNeedsKey(table.name());
    }
    for (String column : key.columns()) {
      if (table.column(column).orElseThrow().sqlType().kind() == Kind.ROWVERSION) {
        throw Refusals.timestampKey(table.name());
      }
    }
    work.tracking().enableTable(table, columns);
  }

  // ---- ADD ----

  private Table add(Table table, AddColumns add) throws SqlError, SQLException {
    TableBuilder builder = new TableBuilder(work, table);
    builder.add(add.columns(), add.constraints());
    Table wanted = builder.table();
    boolean hasRows = work.any("SELECT 1 FROM " + table.h2Name() + " FETCH FIRST ROW ONLY");
    for (ColumnDefinition definition : add.columns()) {
      Column column = wanted.column(definition.name()).orElseThrow();
      if (hasRows && !column.nullable() && !fillsItself(column)) {
        throw Refusals.needsValue(column.name(), table.name());
      }
    }
    List<String> undo = new ArrayList<>();
    try {
      for (ColumnDefinition definition : add.columns()) {
        Column column = wanted.column(definition.name()).orElseThrow();
        undo.add(0, "ALTER TABLE " + table.h2Name() + " DROP COLUMN IF EXISTS " + h2(column));
        addColumn(wanted, column, definition.defaultValue());
      }
      for (Key key : wanted.keys()) {
        if (!table.keys().contains(key)) {
          undo.addAll(0, H2Shape.dropKey(table, key));
          work.run(shape.addKey(wanted, key).toArray(new String[0]));
        }
      }
      addChecksAndForeignKeys(table, wanted, undo);
    } catch (SQLException e) {
      work.run(undo.toArray(new String[0]));
      if (Failures.isDuplicate(e)) {
        throw Refusals.duplicateKeys(table.schema() + "." + table.name(), newKey(table, wanted));
      }
      throw e;
    } catch (SqlError e) {
      work.run(undo.toArray(new String[0]));
      throw e;
    }
    return wanted;
  }

  private void addChecksAndForeignKeys(Table table, Table wanted, List<String> undo)
      throws SqlError, SQLException {
    for (Check check : wanted.checks()) {
      if (!table.checks().contains(check)) {
        undo.add(0, H2Shape.dropConstraint(table, check.name()));
        constrain(table, shape.addCheck(wanted, check), "CHECK", check.name(), table);
      }
    }
    for (ForeignKey key : wanted.foreignKeys()) {
      if (!table.foreignKeys().contains(key)) {
        Table target =
            key.targetId() == table.objectId()
                ? wanted
                : work.catalog().table(key.targetId()).orElseThrow();
        undo.add(0, H2Shape.dropConstraint(table, key.name()));
        String sql = H2Shape.addForeignKey(wanted, key, target);
        constrain(table, sql, "FOREIGN KEY", key.name(), target);
      }
    }
  }

  private void constrain(Table table, String sql, String kind, String name, Table conflicting)
      throws SqlError, SQLException {
    try {
      work.run(sql);
    } catch (SQLException e) {
      if (Failures.isConflict(e)) {
        throw Refusals.conflict(
            "ALTER TABLE",
            kind,
            name,
            table.database(),
            conflicting.schema() + "." + conflicting.name());
      }
      throw e;
    }
  }

  private static String newKey(Table before, Table after) {
    return after.keys().stream()
        .filter(k -> !before.keys().contains(k))
        .map(Key::name)
        .findFirst()
        .orElse("");
  }

  /** Whether old rows get a value for the new column without being told one. */
  private static boolean fillsItself(Column column) {
    return column.identity() != null
        || column.defaultText() != null
        || column.computed() != null
        || column.sqlType().kind() == Kind.ROWVERSION;
  }

  private void addColumn(Table table, Column column, @Nullable DefaultSpec value)
      throws SqlError, SQLException {
    boolean fill = value != null && (value.withValues() || !column.nullable());
    String expression = fill ? fillValue(table, column) : "";
    work.run(
        "ALTER TABLE " + table.h2Name() + " ADD COLUMN " + shape.column(table, column, expression));
    if (fill) {
      work.run("ALTER TABLE " + table.h2Name() + " ALTER COLUMN " + h2(column) + " DROP DEFAULT");
    }
  }

  private String fillValue(Table table, Column column) throws SqlError {
    String text = column.defaultText();
    if (text == null) {
      throw new IllegalStateException("no default: " + column.name());
    }
    TypedSql sql =
        work.translator()
            .columnExpression(Parser.parseExpression(text), List.of(), table.database());
    String value = H2Shape.withoutVariables(sql, "a default that only a session knows");
    return work.translator().cast(value, sql.type(), column.sqlType());
  }

  private Table addDefault(Table table, AddDefault add) throws SqlError {
    TableBuilder builder = new TableBuilder(work, table);
    Column column = existing(builder, table, "ALTER TABLE ADD CONSTRAINT", add.column());
    if (column.computed() != null || column.sqlType().kind() == Kind.ROWVERSION) {
      throw new SqlError(
          1752,
          0,
          16,
          "Column '%s' in table '%s' is invalid for creating a default constraint."
              .formatted(column.name(), table.name()));
    }
    builder.replace(builder.withDefault(column, new DefaultSpec(add.name(), add.value(), false)));
    return builder.table();
  }

  // ---- DROP ----

  private Table dropColumns(Table table, DropColumns drop) throws SqlError, SQLException {
    TableBuilder builder = new TableBuilder(work, table);
    for (String name : drop.columns()) {
      Optional<Column> found = builder.find(name);
      if (found.isEmpty() && drop.ifExists()) {
        continue;
      }
      Column column = existing(builder, table, "ALTER TABLE DROP COLUMN", name);
      requireUnused(builder.table(), column, false);
      if (builder.table().columns().size() == 1) {
        throw Refusals.lastColumn(column.name(), table.name());
      }
      builder.remove(column);
    }
    Table wanted = builder.table();
    for (Column column : table.columns()) {
      if (wanted.column(column.name()).isEmpty()) {
        work.run("ALTER TABLE " + table.h2Name() + " DROP COLUMN " + h2(column));
      }
    }
    return wanted;
  }

  private static Column existing(TableBuilder builder, Table table, String doing, String name)
      throws SqlError {
    Optional<Column> found = builder.find(name);
    if (found.isEmpty()) {
      throw Refusals.noColumn(doing, name, table.name());
    }
    return found.get();
  }

  /**
   * 5074 where a key, index, constraint or computed column uses the column.
   *
   * @param longer whether its text or bytes only become longer, which indexes and checks allow
   */
  private void requireUnused(Table table, Column column, boolean longer) throws SqlError {
    String name = column.name();
    for (Column other : table.columns()) {
      String computed = other.computed();
      if (computed != null && ColumnsUsed.in(Parser.parseExpression(computed)).contains(name)) {
        throw Refusals.dependent("column", other.name(), name);
      }
    }
    for (Key key : table.keys()) {
      boolean uses =
          Constraints.contains(key.columns(), name) || Constraints.contains(key.included(), name);
      if (uses && (key.primary() || !longer)) {
        throw Refusals.dependent(key.constraint() ? "object" : "index", key.name(), name);
      }
    }
    for (Check check : table.checks()) {
      if (!longer && ColumnsUsed.in(Parser.parseExpression(check.text())).contains(name)) {
        throw Refusals.dependent("object", check.name(), name);
      }
    }
    for (Table other : work.catalog().tables(table.database())) {
      for (ForeignKey key : other.foreignKeys()) {
        boolean referring =
            other.objectId() == table.objectId() && Constraints.contains(key.columns(), name);
        boolean referredTo =
            key.targetId() == table.objectId() && Constraints.contains(key.targetColumns(), name);
        if (referring || referredTo) {
          throw Refusals.dependent("object", key.name(), name);
        }
      }
    }
    if (!longer && column.defaultName() != null) {
      throw Refusals.dependent("object", column.defaultName(), name);
    }
  }

  private Table dropConstraints(Table table, DropConstraint drop) throws SqlError, SQLException {
    TableBuilder builder = new TableBuilder(work, table);
    for (String name : drop.names()) {
      if (!Constraints.has(builder.table(), name)) {
        if (drop.ifExists()) {
          continue;
        }
        throw Refusals.notAConstraint(name);
      }
      dropConstraint(builder, table, name);
    }
    return builder.table();
  }

  private void dropConstraint(TableBuilder builder, Table table, String name)
      throws SqlError, SQLException {
    Table now = builder.table();
    Optional<Key> key = Constraints.key(now, name).filter(Key::constraint);
    if (key.isPresent()) {
      requireNotReferred(table, key.get());
      if (key.get().primary() && work.tracking().isTracked(table)) {
        throw Refusals.keyOfTrackedTable(key.get().name(), table.name());
      }
      new Tables(work).dropKey(now, key.get());
      builder.removeKey(key.get());
      return;
    }
    for (Check check : now.checks()) {
      if (check.name().equalsIgnoreCase(name)) {
        work.run(H2Shape.dropConstraint(table, check.name()));
        builder.removeCheck(check);
      }
    }
    for (ForeignKey foreign : now.foreignKeys()) {
      if (foreign.name().equalsIgnoreCase(name)) {
        work.run(H2Shape.dropConstraint(table, foreign.name()));
        builder.removeForeignKey(foreign);
      }
    }
    for (Column column : now.columns()) {
      if (column.defaultName() != null && column.defaultName().equalsIgnoreCase(name)) {
        builder.replace(column.withDefault(null, null, 0));
      }
    }
  }

  private void requireNotReferred(Table table, Key key) throws SqlError {
    for (Table other : work.catalog().tables(table.database())) {
      for (ForeignKey foreign : other.foreignKeys()) {
        boolean refers =
            foreign.targetId() == table.objectId()
                && key.columns().size() == foreign.targetColumns().size()
                && key.columns().containsAll(foreign.targetColumns());
        if (refers) {
          throw Refusals.keyReferenced(key.name(), other.name(), foreign.name());
        }
      }
    }
  }

  // ---- ALTER COLUMN ----

  private Table alterColumn(Table table, AlterColumn alter) throws SqlError, SQLException {
    TableBuilder builder = new TableBuilder(work, table);
    Column column = existing(builder, table, "ALTER TABLE ALTER COLUMN", alter.column());
    if (column.computed() != null) {
      throw Refusals.cannotAlterColumn(column.name(), "COMPUTED");
    }
    if (column.sqlType().kind() == Kind.ROWVERSION) {
      throw Refusals.cannotAlterColumn(column.name(), "timestamp");
    }
    SqlType type =
        TableBuilder.collated(
            work.translator().resolve(alter.type(), table.database()), alter.collation());
    if (type.kind() == Kind.ROWVERSION) {
      throw new SqlError(
          4927,
          1,
          16,
          "Cannot alter column '%s' to be data type timestamp.".formatted(column.name()));
    }
    requireChangeable(table, column, type);
    boolean nullable = alter.nullable() != null ? alter.nullable() : column.identity() == null;
    if (column.identity() != null && nullable) {
      throw Refusals.badIdentity(column.name());
    }
    Column changed =
        new Column(
            column.columnId(),
            column.name(),
            new SqlColumnType(
                type,
                TableBuilder.alias(work, alter.type(), table.database())
                    .map(a -> a.schema() + "." + a.name())
                    .orElse(null)),
            nullable,
            column.identity(),
            null,
            false,
            column.defaultName(),
            column.defaultText(),
            column.defaultObjectId());
    changeInH2(table, column, changed);
    builder.replace(changed);
    return builder.table();
  }

  /** A default survives a change of length, indexes and checks that of a longer text. */
  private void requireChangeable(Table table, Column column, SqlType type) throws SqlError {
    SqlType old = column.sqlType();
    boolean sameKind = old.kind() == type.kind() && old.caseSensitive() == type.caseSensitive();
    boolean variable =
        switch (type.kind()) {
          case VARCHAR, NVARCHAR, VARBINARY -> true;
          default -> false;
        };
    boolean longer = sameKind && variable && type.length() >= old.length();
    Column checked = column;
    if (sameKind) {
      checked = column.withDefault(null, null, 0);
    }
    requireUnused(table, checked, longer);
  }

  private void changeInH2(Table table, Column from, Column to) throws SqlError, SQLException {
    String column = "ALTER TABLE " + table.h2Name() + " ALTER COLUMN " + h2(from);
    boolean nulls =
        !to.nullable()
            && from.nullable()
            && work.any(
                "SELECT 1 FROM "
                    + table.h2Name()
                    + " WHERE "
                    + h2(from)
                    + " IS NULL"
                    + " FETCH FIRST ROW ONLY");
    if (nulls) {
      throw Refusals.nullInto(to.name(), Work.fullName(table));
    }
    if (!from.sqlType().equals(to.sqlType())) {
      String converted = work.translator().cast(h2(from), from.sqlType(), to.sqlType());
      String type = H2Types.declaration(to.sqlType());
      requireNoTruncation(table, from, to);
      tryConversion(table, converted);
      work.run(column + " SET DATA TYPE " + type + " USING " + converted);
      if (from.identity() != null) {
        work.run(column + " SET NO MAXVALUE");
      }
    }
    if (from.nullable() != to.nullable()) {
      work.run(column + (to.nullable() ? " DROP NOT NULL" : " SET NOT NULL"));
    }
  }

  /** CAST cuts text that is too long; ALTER COLUMN must not. Trailing spaces may go. */
  private void requireNoTruncation(Table table, Column from, Column to)
      throws SqlError, SQLException {
    SqlType old = from.sqlType();
    SqlType type = to.sqlType();
    boolean text = old.kind().isText() && type.kind().isText();
    boolean bytes = old.kind().isBytes() && type.kind().isBytes();
    if (type.length() == 0 || type.isMax() || (!text && !bytes)) {
      return;
    }
    String length =
        text ? "CHAR_LENGTH(RTRIM(" + h2(from) + "))" : "OCTET_LENGTH(" + h2(from) + ")";
    if (work.any(
        "SELECT 1 FROM %s WHERE %s > %d FETCH FIRST ROW ONLY"
            .formatted(table.h2Name(), length, type.length()))) {
      throw new SqlError(8152, 14, 16, "String or binary data would be truncated.");
    }
  }

  /**
   * Converts every value before the table is touched, as H2 leaves half a copy where that fails.
   */
  private void tryConversion(Table table, String converted) throws SQLException {
    work.any("SELECT MAX(CASE WHEN (" + converted + ") IS NULL THEN 1 END) FROM " + table.h2Name());
  }

  private static String h2(Column column) {
    return H2Names.quote(column.name());
  }
}
