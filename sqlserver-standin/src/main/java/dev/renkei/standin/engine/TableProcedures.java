package dev.renkei.standin.engine;

import static dev.renkei.standin.engine.ResultRows.integer;
import static dev.renkei.standin.engine.ResultRows.name;
import static dev.renkei.standin.engine.ResultRows.small;
import static dev.renkei.standin.engine.ResultRows.text;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.OdbcType.Dialect;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code sp_tables} and {@code sp_columns}. */
final class TableProcedures {
  private final TableSearch search;

  TableProcedures(TableSearch search) {
    this.search = search;
  }

  void tables(Arguments arguments, Response response) throws SqlError, IOException {
    String name = arguments.optionalText(0, "@table_name");
    String owner = arguments.optionalText(1, "@table_owner");
    String database = search.database(arguments.optionalText(2, "@table_qualifier"));
    String kinds = arguments.optionalText(3, "@table_type");
    ResultRows rows =
        new ResultRows(
            name("TABLE_QUALIFIER"),
            name("TABLE_OWNER"),
            name("TABLE_NAME"),
            text("TABLE_TYPE", 32),
            text("REMARKS", 254));
    for (Table table : search.find(database, owner, name, true)) {
      String kind = kind(table);
      if (kinds == null || kinds.toUpperCase(Locale.ROOT).contains("'" + kind + "'")) {
        rows.add(table.database(), table.schema(), table.name(), kind, null);
      }
    }
    rows.sort(Comparator.comparing(r -> r.get(3) + "\0" + r.get(1) + "\0" + r.get(2)));
    rows.send(response);
  }

  private static String kind(Table table) {
    return switch (table.kind()) {
      case USER_TABLE -> "TABLE";
      case VIEW -> "VIEW";
      case SYSTEM_VIEW -> table.schema().equalsIgnoreCase("sys") ? "SYSTEM TABLE" : "VIEW";
    };
  }

  void columns(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    String name = arguments.text(0, "@table_name");
    String owner = arguments.optionalText(1, "@table_owner");
    String database = search.database(arguments.optionalText(2, "@table_qualifier"));
    String column = arguments.optionalText(3, "@column_name");
    Dialect dialect = Dialect.of(modern, arguments.optionalText(4, "@ODBCVer"));
    boolean patterns = !isOff(arguments.optionalText(5, "@fUsePattern"));
    ResultRows rows = new ResultRows(columnsOfColumns(modern));
    List<Table> tables = search.find(database, owner, name, patterns);
    tables.sort(Comparator.comparing(t -> t.schema() + "\0" + t.name()));
    for (Table table : tables) {
      int position = 0;
      for (Table.Column c : table.columns()) {
        position++;
        if (column == null || TableSearch.matches(c.name(), column, patterns)) {
          rows.add(describe(table, c, position, dialect));
        }
      }
    }
    rows.send(response);
  }

  private static ResultColumn[] columnsOfColumns(boolean modern) {
    List<ResultColumn> columns =
        new ArrayList<>(
            List.of(
                name("TABLE_QUALIFIER"),
                name("TABLE_OWNER"),
                name("TABLE_NAME"),
                name("COLUMN_NAME"),
                small("DATA_TYPE"),
                name("TYPE_NAME"),
                integer("PRECISION"),
                integer("LENGTH"),
                small("SCALE"),
                small("RADIX"),
                small("NULLABLE"),
                text("REMARKS", 254),
                new ResultColumn("COLUMN_DEF", SqlType.nvarchar(4000), true),
                small("SQL_DATA_TYPE"),
                small("SQL_DATETIME_SUB"),
                integer("CHAR_OCTET_LENGTH"),
                integer("ORDINAL_POSITION"),
                text("IS_NULLABLE", 254)));
    if (modern) {
      columns.addAll(
          List.of(
              small("SS_IS_SPARSE"),
              small("SS_IS_COLUMN_SET"),
              small("SS_IS_COMPUTED"),
              small("SS_IS_IDENTITY"),
              name("SS_UDT_CATALOG_NAME"),
              name("SS_UDT_SCHEMA_NAME"),
              new ResultColumn("SS_UDT_ASSEMBLY_TYPE_NAME", SqlType.nvarchar(SqlType.MAX), true),
              name("SS_XML_SCHEMACOLLECTION_CATALOG_NAME"),
              name("SS_XML_SCHEMACOLLECTION_SCHEMA_NAME"),
              name("SS_XML_SCHEMACOLLECTION_NAME")));
    }
    columns.add(new ResultColumn("SS_DATA_TYPE", SqlType.TINYINT, true));
    return columns.toArray(ResultColumn[]::new);
  }

  private static @Nullable Object[] describe(
      Table table, Table.Column column, int position, Dialect dialect) {
    OdbcType type =
        OdbcType.of(column.sqlType(), column.nullable(), column.identity() != null, dialect);
    String alias = column.type().alias();
    List<@Nullable Object> row =
        new ArrayList<>(
            Arrays.<@Nullable Object>asList(
                table.database(),
                table.schema(),
                table.name(),
                column.name(),
                type.odbc(),
                alias == null ? type.name() : alias.substring(alias.lastIndexOf('.') + 1),
                type.precision(),
                type.length(),
                type.scale(),
                type.radix(),
                column.nullable() ? 1 : 0,
                null,
                column.defaultText(),
                type.sqlType(),
                type.dateTimeSub(),
                type.octets(),
                position,
                column.nullable() ? "YES" : "NO"));
    if (dialect.knowsDates()) {
      row.addAll(
          Arrays.<@Nullable Object>asList(
              0,
              0,
              column.computed() == null ? 0 : 1,
              column.identity() == null ? 0 : 1,
              null,
              null,
              null,
              null,
              null,
              null));
    }
    row.add(type.serverType());
    return row.toArray();
  }

  private static boolean isOff(@Nullable String bit) {
    return "0".equals(bit) || "false".equals(bit);
  }
}
