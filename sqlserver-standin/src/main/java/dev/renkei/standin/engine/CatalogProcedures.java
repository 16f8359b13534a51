package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.OdbcType.Dialect;
import dev.renkei.standin.sql.Kind;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The catalog procedures, which drivers call for metadata.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/catalog-stored-procedures-transact-sql">
 *     Catalog stored procedures</a>
 */
final class CatalogProcedures {
  private final Session session;

  CatalogProcedures(Session session) {
    this.session = session;
  }

  int run(String name, String asWritten, Arguments arguments, Response response)
      throws SqlError, IOException {
    switch (name) {
      case "sp_tables", "sp_tables_ex" -> tables(arguments, response);
      case "sp_columns" -> columns(arguments, false, response);
      case "sp_columns_100", "sp_columns_170", "sp_columns_90" ->
          columns(arguments, true, response);
      case "sp_pkeys" -> primaryKeys(arguments, response);
      case "sp_fkeys" -> foreignKeys(arguments, response);
      case "sp_statistics", "sp_statistics_100" -> statistics(arguments, response);
      case "sp_special_columns", "sp_special_columns_100", "sp_special_columns_90" ->
          specialColumns(arguments, name.endsWith("_100"), response);
      case "sp_datatype_info", "sp_datatype_info_90" -> types(arguments, false, response);
      case "sp_datatype_info_100", "sp_datatype_info_170" -> types(arguments, true, response);
      case "sp_stored_procedures" -> noProcedures(response);
      case "sp_sproc_columns", "sp_sproc_columns_100" -> noProcedureColumns(response);
      default -> throw Procedures.notFound(asWritten);
    }
    return 0;
  }

  // ---- tables ----

  private void tables(Arguments arguments, Response response) throws SqlError, IOException {
    String name = arguments.optionalText(0, "@table_name");
    String owner = arguments.optionalText(1, "@table_owner");
    String database = database(arguments.optionalText(2, "@table_qualifier"));
    String kinds = arguments.optionalText(3, "@table_type");
    Rows rows =
        new Rows(
            name("TABLE_QUALIFIER"),
            name("TABLE_OWNER"),
            name("TABLE_NAME"),
            text("TABLE_TYPE", 32),
            text("REMARKS", 254));
    for (Table table : visible(database, owner, name, true)) {
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

  // ---- columns ----

  private void columns(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    String name = arguments.text(0, "@table_name");
    String owner = arguments.optionalText(1, "@table_owner");
    String database = database(arguments.optionalText(2, "@table_qualifier"));
    String column = arguments.optionalText(3, "@column_name");
    Dialect dialect = new Dialect(modern, odbc3(arguments.optionalText(4, "@ODBCVer")));
    boolean patterns = !"0".equals(flag(arguments.optionalText(5, "@fUsePattern")));
    Rows rows = new Rows(columnsOfColumns(modern));
    List<Table> tables = visible(database, owner, name, patterns);
    tables.sort(Comparator.comparing(t -> t.schema() + "\0" + t.name()));
    for (Table table : tables) {
      int position = 0;
      for (Table.Column c : table.columns()) {
        position++;
        if (column == null || matches(c.name(), column, patterns)) {
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

  // ---- keys and indexes ----

  private void primaryKeys(Arguments arguments, Response response) throws SqlError, IOException {
    Rows rows =
        new Rows(
            name("TABLE_QUALIFIER"),
            name("TABLE_OWNER"),
            name("TABLE_NAME"),
            name("COLUMN_NAME"),
            small("KEY_SEQ"),
            name("PK_NAME"));
    for (Table table : named(arguments)) {
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

  private void foreignKeys(Arguments arguments, Response response) throws SqlError, IOException {
    String parentName = arguments.optionalText(0, "@pktable_name");
    String parentOwner = arguments.optionalText(1, "@pktable_owner");
    String childName = arguments.optionalText(3, "@fktable_name");
    String childOwner = arguments.optionalText(4, "@fktable_owner");
    Rows rows =
        new Rows(
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
    for (Table child : visible(session.database(), childOwner, childName, false)) {
      for (Table.ForeignKey key : child.foreignKeys()) {
        Table parent = session.catalog().table(key.targetId()).orElse(null);
        if (parent == null
            || !matches(parent.name(), parentName, false)
            || !matches(parent.schema(), parentOwner, false)) {
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

  private void statistics(Arguments arguments, Response response) throws SqlError, IOException {
    boolean uniqueOnly = "Y".equalsIgnoreCase(arguments.optionalText(4, "@is_unique"));
    Rows rows =
        new Rows(
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
    for (Table table : named(arguments)) {
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

  private void specialColumns(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    boolean versions = "V".equalsIgnoreCase(arguments.optionalText(3, "@col_type"));
    Dialect dialect = new Dialect(modern, odbc3(arguments.optionalText(6, "@ODBCVer")));
    Rows rows =
        new Rows(
            small("SCOPE"),
            name("COLUMN_NAME"),
            small("DATA_TYPE"),
            name("TYPE_NAME"),
            integer("PRECISION"),
            integer("LENGTH"),
            small("SCALE"),
            small("PSEUDO_COLUMN"));
    for (Table table : named(arguments)) {
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

  // ---- types and procedures ----

  private void types(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    Dialect dialect = new Dialect(modern, odbc3(arguments.optionalText(1, "@ODBCVer")));
    String only = arguments.optionalText(0, "@data_type");
    Rows rows =
        new Rows(
            name("TYPE_NAME"),
            small("DATA_TYPE"),
            integer("PRECISION"),
            text("LITERAL_PREFIX", 32),
            text("LITERAL_SUFFIX", 32),
            text("CREATE_PARAMS", 32),
            small("NULLABLE"),
            small("CASE_SENSITIVE"),
            small("SEARCHABLE"),
            small("UNSIGNED_ATTRIBUTE"),
            small("MONEY"),
            small("AUTO_INCREMENT"),
            name("LOCAL_TYPE_NAME"),
            small("MINIMUM_SCALE"),
            small("MAXIMUM_SCALE"),
            small("SQL_DATA_TYPE"),
            small("SQL_DATETIME_SUB"),
            integer("NUM_PREC_RADIX"),
            small("INTERVAL_PRECISION"),
            small("USERTYPE"));
    for (Kind kind : Kind.values()) {
      OdbcType type = OdbcType.of(longest(kind), true, false, dialect);
      if (only == null || only.equals("0") || only.equals(Integer.toString(type.odbc()))) {
        rows.add(describe(kind, type));
      }
    }
    rows.sort(Comparator.comparing(r -> (Integer) r.get(1)));
    rows.send(response);
  }

  private static SqlType longest(Kind kind) {
    return switch (kind) {
      case CHAR, VARCHAR, BINARY, VARBINARY -> SqlType.sized(kind, 8000);
      case NCHAR, NVARCHAR -> SqlType.sized(kind, 4000);
      case DECIMAL -> SqlType.decimal(38, 0);
      case TIME, DATETIME2, DATETIMEOFFSET -> SqlType.fractional(kind, 7);
      default -> SqlType.of(kind);
    };
  }

  private static @Nullable Object[] describe(Kind kind, OdbcType type) {
    boolean quoted = kind.isText() || isMoment(kind) || kind == Kind.UNIQUEIDENTIFIER;
    String prefix = kind.isNational() ? "N'" : quoted ? "'" : kind.isBytes() ? "0x" : null;
    boolean number = type.radix() != null;
    boolean sized = type.octets() != null && type.octets() <= 8000;
    String parameters =
        kind == Kind.DECIMAL
            ? "precision,scale"
            : sized && kind != Kind.ROWVERSION ? "length" : isScaled(kind) ? "scale" : null;
    return new @Nullable Object[] {
      type.name(),
      type.odbc(),
      type.precision(),
      prefix,
      quoted ? "'" : null,
      parameters,
      1,
      0,
      kind.isText() ? 3 : 2,
      number ? (kind == Kind.TINYINT ? 1 : 0) : null,
      kind == Kind.MONEY || kind == Kind.SMALLMONEY ? 1 : 0,
      number ? 0 : null,
      type.name(),
      kind == Kind.DECIMAL ? Integer.valueOf(0) : type.scale(),
      kind == Kind.DECIMAL ? Integer.valueOf(38) : type.scale(),
      type.sqlType(),
      type.dateTimeSub(),
      type.radix(),
      null,
      0
    };
  }

  private static boolean isMoment(Kind kind) {
    return switch (kind) {
      case DATE, TIME, DATETIME, SMALLDATETIME, DATETIME2, DATETIMEOFFSET -> true;
      default -> false;
    };
  }

  private static boolean isScaled(Kind kind) {
    return kind == Kind.TIME || kind == Kind.DATETIME2 || kind == Kind.DATETIMEOFFSET;
  }

  private static void noProcedures(Response response) throws IOException {
    new Rows(
            name("PROCEDURE_QUALIFIER"),
            name("PROCEDURE_OWNER"),
            name("PROCEDURE_NAME"),
            integer("NUM_INPUT_PARAMS"),
            integer("NUM_OUTPUT_PARAMS"),
            integer("NUM_RESULT_SETS"),
            text("REMARKS", 254),
            small("PROCEDURE_TYPE"))
        .send(response);
  }

  private static void noProcedureColumns(Response response) throws IOException {
    new Rows(
            name("PROCEDURE_QUALIFIER"),
            name("PROCEDURE_OWNER"),
            name("PROCEDURE_NAME"),
            name("COLUMN_NAME"),
            small("COLUMN_TYPE"),
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
            text("IS_NULLABLE", 254),
            new ResultColumn("SS_DATA_TYPE", SqlType.TINYINT, true))
        .send(response);
  }

  // ---- which tables ----

  private List<Table> named(Arguments arguments) throws SqlError {
    return visible(
        database(arguments.optionalText(2, "@table_qualifier")),
        arguments.optionalText(1, "@table_owner"),
        arguments.text(0, "@table_name"),
        false);
  }

  private List<Table> visible(
      String database, @Nullable String owner, @Nullable String name, boolean patterns) {
    List<Table> found = new ArrayList<>();
    for (Table table : session.catalog().tables(database)) {
      if (matches(table.schema(), owner, patterns)
          && matches(table.name(), name, patterns)
          && mayKnow(table)) {
        found.add(table);
      }
    }
    return found;
  }

  private boolean mayKnow(Table table) {
    return table.kind() == Table.TableKind.SYSTEM_VIEW
        || !session
            .catalog()
            .rights()
            .allowedColumns(session.login(), Permission.SELECT, table)
            .isEmpty();
  }

  private String database(@Nullable String qualifier) throws SqlError {
    if (qualifier == null
        || qualifier.isEmpty()
        || qualifier.equalsIgnoreCase(session.database())) {
      return session.database();
    }
    throw new SqlError(
        15250,
        1,
        16,
        "The database name component of the object qualifier must be the name of the current database.");
  }

  private static boolean odbc3(@Nullable String version) {
    return "3".equals(version);
  }

  private static @Nullable String flag(@Nullable String value) {
    return "false".equals(value) ? "0" : value;
  }

  private static boolean matches(String name, @Nullable String wanted, boolean patterns) {
    if (wanted == null) {
      return true;
    }
    return patterns ? like(wanted).matcher(name).matches() : name.equalsIgnoreCase(wanted);
  }

  /** LIKE's percent, underscore and brackets, ignoring case. */
  private static Pattern like(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (end > 0) {
        regex
            .append('[')
            .append(pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\["))
            .append(']');
        i = end;
      } else if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(
        regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
  }

  // ---- rows ----

  private static ResultColumn name(String name) {
    return new ResultColumn(name, SqlType.nvarchar(128), true);
  }

  private static ResultColumn text(String name, int length) {
    return new ResultColumn(name, SqlType.sized(Kind.VARCHAR, length), true);
  }

  private static ResultColumn integer(String name) {
    return new ResultColumn(name, SqlType.INT, true);
  }

  private static ResultColumn small(String name) {
    return new ResultColumn(name, SqlType.SMALLINT, true);
  }

  /** A result made in memory. */
  private static final class Rows {
    private final List<ResultColumn> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    Rows(ResultColumn... columns) {
      this.columns = List.of(columns);
    }

    void add(@Nullable Object... values) {
      rows.add(Arrays.asList(values));
    }

    void sort(Comparator<List<@Nullable Object>> order) {
      rows.sort(order);
    }

    void send(Response response) throws IOException {
      response.columns(columns);
      for (List<@Nullable Object> row : rows) {
        response.row(new ValuesRow(row));
      }
      response.done(Response.Command.SELECT, (long) rows.size());
    }
  }
}
