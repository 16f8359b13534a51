package dev.renkei.standin.engine;

import static dev.renkei.standin.engine.ResultRows.integer;
import static dev.renkei.standin.engine.ResultRows.name;
import static dev.renkei.standin.engine.ResultRows.small;
import static dev.renkei.standin.engine.ResultRows.text;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.OdbcType.Dialect;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code sp_pkeys}, {@code sp_fkeys}, {@code sp_statistics}, {@code sp_special_columns}. */
final class KeyProcedures {
  private final TableSearch search;

  KeyProcedures(TableSearch search) {
    this.search = search;
  }

  void primaryKeys(Arguments arguments, Response response) throws SqlError, IOException {
    ResultRows rows =
        new ResultRows(
            name("TABLE_QUALIFIER"),
            name("TABLE_OWNER"),
            name("TABLE_NAME"),
            name("COLUMN_NAME"),
            small("KEY_SEQ"),
            name("PK_NAME"));
    for (Table table : search.named(arguments)) {
      Table.Key key = table.primaryKey();
      for (int i = 0; key != null && i < key.columns().size(); i++) {
        rows.add(
            table.database(),
            table.schema(),
            table.name(),
            key.columns().get(i),
            i + 1,
            key.name());
      }
    }
    rows.send(response);
  }

  void foreignKeys(Arguments arguments, Response response) throws SqlError, IOException {
    String parentName = arguments.optionalText(0, "@pktable_name");
    String parentOwner = arguments.optionalText(1, "@pktable_owner");
    String childName = arguments.optionalText(3, "@fktable_name");
    String childOwner = arguments.optionalText(4, "@fktable_owner");
    ResultRows rows =
        new ResultRows(
            name("PKTABLE_QUALIFIER"),
            name("PKTABLE_OWNER"),
            name("PKTABLE_NAME"),
            name("PKCOLUMN_NAME"),
            name("FKTABLE_QUALIFIER"),
            name("FKTABLE_OWNER"),
            name("FKTABLE_NAME"),
            name("FKCOLUMN_NAME"),
            small("KEY_SEQ"),
            small("UPDATE_RULE"),
            small("DELETE_RULE"),
            name("FK_NAME"),
            name("PK_NAME"),
            small("DEFERRABILITY"));
    for (Table child : search.find(search.database(null), childOwner, childName, false)) {
      for (Table.ForeignKey key : child.foreignKeys()) {
        Table parent = search.table(key.targetId()).orElse(null);
        if (parent == null
            || !TableSearch.matches(parent.name(), parentName, false)
            || !TableSearch.matches(parent.schema(), parentOwner, false)) {
          continue;
        }
        for (int i = 0; i < key.columns().size(); i++) {
          rows.add(
              parent.database(),
              parent.schema(),
              parent.name(),
              key.targetColumns().get(i),
              child.database(),
              child.schema(),
              child.name(),
              key.columns().get(i),
              i + 1,
              1,
              key.cascadeDelete() ? 0 : 1,
              key.name(),
              parent.primaryKey() == null ? null : parent.primaryKey().name(),
              7);
        }
      }
    }
    rows.send(response);
  }

  void statistics(Arguments arguments, Response response) throws SqlError, IOException {
    boolean uniqueOnly = "Y".equalsIgnoreCase(arguments.optionalText(4, "@is_unique"));
    ResultRows rows =
        new ResultRows(
            name("TABLE_QUALIFIER"),
            name("TABLE_OWNER"),
            name("TABLE_NAME"),
            small("NON_UNIQUE"),
            name("INDEX_QUALIFIER"),
            name("INDEX_NAME"),
            small("TYPE"),
            small("SEQ_IN_INDEX"),
            name("COLUMN_NAME"),
            text("COLLATION", 1),
            integer("CARDINALITY"),
            integer("PAGES"),
            text("FILTER_CONDITION", 128));
    for (Table table : search.named(arguments)) {
      rows.add(
          table.database(),
          table.schema(),
          table.name(),
          null,
          null,
          null,
          0,
          null,
          null,
          null,
          null,
          null,
          null);
      List<Table.Key> keys = new ArrayList<>(table.otherKeys());
      if (table.primaryKey() != null) {
        keys.add(0, table.primaryKey());
      }
      for (Table.Key key : keys) {
        if (uniqueOnly && !key.unique()) {
          continue;
        }
        for (int i = 0; i < key.columns().size(); i++) {
          rows.add(
              table.database(),
              table.schema(),
              table.name(),
              key.unique() ? 0 : 1,
              table.name(),
              key.name(),
              key.clustered() ? 1 : 3,
              i + 1,
              key.columns().get(i),
              key.descending().get(i) ? "D" : "A",
              null,
              null,
              null);
        }
      }
    }
    rows.send(response);
  }

  void specialColumns(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    boolean versions = "V".equalsIgnoreCase(arguments.optionalText(3, "@col_type"));
    Dialect dialect = Dialect.of(modern, arguments.optionalText(6, "@ODBCVer"));
    ResultRows rows =
        new ResultRows(
            small("SCOPE"),
            name("COLUMN_NAME"),
            small("DATA_TYPE"),
            name("TYPE_NAME"),
            integer("PRECISION"),
            integer("LENGTH"),
            small("SCALE"),
            small("PSEUDO_COLUMN"));
    for (Table table : search.named(arguments)) {
      Table.Key key = table.primaryKey();
      for (Table.Column column : table.columns()) {
        boolean wanted =
            versions
                ? column.sqlType().kind() == Kind.ROWVERSION
                : key != null && key.columns().stream().anyMatch(column.name()::equalsIgnoreCase);
        if (wanted) {
          OdbcType type =
              OdbcType.of(column.sqlType(), column.nullable(), column.identity() != null, dialect);
          rows.add(
              versions ? null : 0,
              column.name(),
              type.odbc(),
              type.name(),
              type.precision(),
              type.length(),
              type.scale(),
              1);
        }
      }
    }
    rows.send(response);
  }
}
