package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.ColumnViews.TableColumn;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The views of INFORMATION_SCHEMA.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-information-schema-views/system-information-schema-views-transact-sql">
 *     System information schema views</a>
 */
final class InformationSchemaViews {
  private static final String SCHEMA = "INFORMATION_SCHEMA";

  private InformationSchemaViews() {}

  static List<SystemView<?>> all() {
    return List.of(
        schemata(),
        tables(),
        views(),
        columns(),
        constraints(),
        keyColumns(),
        constraintColumns(),
        referentialConstraints(),
        checkConstraints());
  }

  private static SystemView<SchemaRow> schemata() {
    return SystemView.<SchemaRow>of(
            SCHEMA,
            "SCHEMATA",
            s -> ObjectViews.allSchemas(s).map(x -> new SchemaRow(s.database().name(), x.name())))
        .column("CATALOG_NAME nvarchar(128) null", SchemaRow::database)
        .column("SCHEMA_NAME nvarchar(128)", SchemaRow::name)
        .column("SCHEMA_OWNER nvarchar(128) null", s -> owner(s.name()))
        .columns(
            null,
            "DEFAULT_CHARACTER_SET_CATALOG varchar(6) null",
            "DEFAULT_CHARACTER_SET_SCHEMA varchar(3) null")
        .columns("iso_1", "DEFAULT_CHARACTER_SET_NAME sysname null");
  }

  private record SchemaRow(String database, String name) {}

  private static String owner(String schema) {
    boolean own =
        schema.equals("guest")
            || schema.equals("sys")
            || schema.equals(SCHEMA)
            || schema.startsWith("db_");
    return own ? schema : "dbo";
  }

  private static SystemView<Table> named(String view, Function<Seen, Stream<Table>> rows) {
    return SystemView.of(SCHEMA, view, rows)
        .column("TABLE_CATALOG nvarchar(128) null", Table::database)
        .column("TABLE_SCHEMA nvarchar(128) null", Table::schema)
        .column("TABLE_NAME sysname", Table::name);
  }

  private static SystemView<Table> tables() {
    return named("TABLES", s -> s.tables().stream())
        .column(
            "TABLE_TYPE varchar(10) null", t -> t.kind() == TableKind.VIEW ? "VIEW" : "BASE TABLE");
  }

  private static SystemView<Table> views() {
    return named("VIEWS", s -> s.tables(TableKind.VIEW))
        .column("VIEW_DEFINITION nvarchar(4000) null", InformationSchemaViews::definition)
        .columns("NONE", "CHECK_OPTION varchar(7) null")
        .columns("NO", "IS_UPDATABLE varchar(2)");
  }

  /** NULL where it is longer than the column. */
  private static @Nullable String definition(Table view) {
    String text = ObjectViews.createView(view);
    return text.length() > 4000 ? null : text;
  }

  private static SystemView<TableColumn> columns() {
    return SystemView.of(SCHEMA, "COLUMNS", ColumnViews::ofUsers)
        .column("TABLE_CATALOG nvarchar(128) null", c -> c.table().database())
        .column("TABLE_SCHEMA nvarchar(128) null", c -> c.table().schema())
        .column("TABLE_NAME nvarchar(128)", c -> c.table().name())
        .column("COLUMN_NAME sysname null", c -> c.column().name())
        .column("ORDINAL_POSITION int null", c -> c.table().columns().indexOf(c.column()) + 1)
        .column(
            "COLUMN_DEFAULT nvarchar(4000) null",
            c -> ColumnViews.inBrackets(c.column().defaultText()))
        .column("IS_NULLABLE varchar(3) null", c -> c.column().nullable() ? "YES" : "NO")
        .column("DATA_TYPE nvarchar(128) null", c -> c.base().name())
        .column("CHARACTER_MAXIMUM_LENGTH int null", c -> length(c.column().sqlType(), false))
        .column("CHARACTER_OCTET_LENGTH int null", c -> length(c.column().sqlType(), true))
        .column("NUMERIC_PRECISION tinyint null", c -> precision(c.column().sqlType()))
        .column("NUMERIC_PRECISION_RADIX smallint null", c -> radix(c.column().sqlType()))
        .column("NUMERIC_SCALE int null", c -> scale(c.column().sqlType()))
        .column("DATETIME_PRECISION smallint null", c -> fraction(c.column().sqlType()))
        .columns(null, "CHARACTER_SET_CATALOG sysname null", "CHARACTER_SET_SCHEMA sysname null")
        .column("CHARACTER_SET_NAME sysname null", c -> characterSet(c.column().sqlType()))
        .columns(null, "COLLATION_CATALOG sysname null", "COLLATION_SCHEMA sysname null")
        .column("COLLATION_NAME sysname null", c -> SystemTypes.collation(c.column().sqlType()))
        .column("DOMAIN_CATALOG sysname null", c -> c.alias().map(AliasType::database).orElse(null))
        .column("DOMAIN_SCHEMA sysname null", c -> c.alias().map(AliasType::schema).orElse(null))
        .column("DOMAIN_NAME sysname null", c -> c.alias().map(AliasType::name).orElse(null));
  }

  private static @Nullable Integer length(SqlType type, boolean bytes) {
    int bytesPerCharacter = type.kind().isNational() ? 2 : 1;
    return switch (type.kind()) {
      case CHAR, VARCHAR, NCHAR, NVARCHAR, BINARY, VARBINARY ->
          type.isMax()
              ? (Integer) (-1)
              : (Integer) (type.length() * (bytes ? bytesPerCharacter : 1));
      case TEXT, IMAGE -> Integer.MAX_VALUE;
      case NTEXT -> bytes ? Integer.MAX_VALUE - 1 : Integer.MAX_VALUE / 2;
      case XML -> -1;
      case HIERARCHYID -> 892;
      default -> null;
    };
  }

  private static boolean isNumber(SqlType type) {
    return switch (type.kind()) {
      case TINYINT, SMALLINT, INT, BIGINT, DECIMAL, MONEY, SMALLMONEY, REAL, FLOAT -> true;
      default -> false;
    };
  }

  private static boolean isApproximate(SqlType type) {
    return type.kind() == Kind.REAL || type.kind() == Kind.FLOAT;
  }

  private static @Nullable Integer precision(SqlType type) {
    return isNumber(type) ? SystemTypes.precision(type) : null;
  }

  private static @Nullable Integer radix(SqlType type) {
    return isNumber(type) ? (Integer) (isApproximate(type) ? 2 : 10) : null;
  }

  private static @Nullable Integer scale(SqlType type) {
    return isNumber(type) && !isApproximate(type) ? SystemTypes.scale(type) : null;
  }

  private static @Nullable Integer fraction(SqlType type) {
    return switch (type.kind()) {
      case DATE, SMALLDATETIME -> 0;
      case DATETIME -> 3;
      case TIME, DATETIME2, DATETIMEOFFSET -> type.scale();
      default -> null;
    };
  }

  private static @Nullable String characterSet(SqlType type) {
    if (!type.kind().isText()) {
      return null;
    }
    return type.kind().isNational() ? "UNICODE" : "iso_1";
  }

  // ---- constraints ----

  private static SystemView<SystemObject> constraints(
      String view, Function<Seen, Stream<SystemObject>> rows) {
    return SystemView.of(SCHEMA, view, rows)
        .column("CONSTRAINT_CATALOG nvarchar(128) null", o -> o.table().database())
        .column("CONSTRAINT_SCHEMA nvarchar(128) null", o -> o.table().schema())
        .column("CONSTRAINT_NAME sysname", SystemObject::name);
  }

  private static SystemView<SystemObject> constraints() {
    return constraints(
            "TABLE_CONSTRAINTS",
            s ->
                Stream.of(SystemObject.keys(s), SystemObject.checks(s), SystemObject.foreignKeys(s))
                    .flatMap(x -> x))
        .column("TABLE_CATALOG nvarchar(128) null", o -> o.table().database())
        .column("TABLE_SCHEMA nvarchar(128) null", o -> o.table().schema())
        .column("TABLE_NAME sysname null", o -> o.table().name())
        .column("CONSTRAINT_TYPE varchar(11) null", InformationSchemaViews::kind)
        .columns("NO", "IS_DEFERRABLE varchar(2)", "INITIALLY_DEFERRED varchar(2)");
  }

  private static String kind(SystemObject constraint) {
    return switch (constraint.type()) {
      case "PK" -> "PRIMARY KEY";
      case "UQ" -> "UNIQUE";
      case "F" -> "FOREIGN KEY";
      default -> "CHECK";
    };
  }

  /** A column that a key or foreign key is over. */
  private record Use(SystemObject constraint, String column, int ordinal) {
    static Stream<Use> all(Seen seen) {
      return Stream.concat(SystemObject.keys(seen), SystemObject.foreignKeys(seen))
          .flatMap(
              o -> {
                List<String> columns =
                    o.part() instanceof Key key ? key.columns() : ((ForeignKey) o.part()).columns();
                return IntStream.range(0, columns.size())
                    .mapToObj(i -> new Use(o, columns.get(i), i + 1));
              });
    }
  }

  private static SystemView<Use> keyColumns() {
    return SystemView.<Use>of(SCHEMA, "KEY_COLUMN_USAGE", Use::all)
        .column("CONSTRAINT_CATALOG nvarchar(128) null", u -> u.constraint().table().database())
        .column("CONSTRAINT_SCHEMA nvarchar(128) null", u -> u.constraint().table().schema())
        .column("CONSTRAINT_NAME nvarchar(128)", u -> u.constraint().name())
        .column("TABLE_CATALOG nvarchar(128) null", u -> u.constraint().table().database())
        .column("TABLE_SCHEMA nvarchar(128) null", u -> u.constraint().table().schema())
        .column("TABLE_NAME nvarchar(128)", u -> u.constraint().table().name())
        .column("COLUMN_NAME nvarchar(128) null", Use::column)
        .column("ORDINAL_POSITION int", Use::ordinal);
  }

  private static SystemView<Use> constraintColumns() {
    return SystemView.<Use>of(SCHEMA, "CONSTRAINT_COLUMN_USAGE", Use::all)
        .column("TABLE_CATALOG nvarchar(128) null", u -> u.constraint().table().database())
        .column("TABLE_SCHEMA nvarchar(128) null", u -> u.constraint().table().schema())
        .column("TABLE_NAME nvarchar(128)", u -> u.constraint().table().name())
        .column("COLUMN_NAME nvarchar(128) null", Use::column)
        .column("CONSTRAINT_CATALOG nvarchar(128) null", u -> u.constraint().table().database())
        .column("CONSTRAINT_SCHEMA nvarchar(128) null", u -> u.constraint().table().schema())
        .column("CONSTRAINT_NAME nvarchar(128)", u -> u.constraint().name());
  }

  private static SystemView<SystemObject> referentialConstraints() {
    return constraints("REFERENTIAL_CONSTRAINTS", SystemObject::foreignKeys)
        .column("UNIQUE_CONSTRAINT_CATALOG nvarchar(128) null", o -> o.table().database())
        .column("UNIQUE_CONSTRAINT_SCHEMA nvarchar(128) null", o -> target(o, Table::schema))
        .column(
            "UNIQUE_CONSTRAINT_NAME sysname null",
            o -> target(o, t -> keyName(t, (ForeignKey) o.part())))
        .columns("SIMPLE", "MATCH_OPTION varchar(7) null")
        .columns("NO ACTION", "UPDATE_RULE varchar(11) null")
        .column(
            "DELETE_RULE varchar(11) null",
            o -> ((ForeignKey) o.part()).cascadeDelete() ? "CASCADE" : "NO ACTION");
  }

  private static @Nullable String target(
      SystemObject foreignKey, Function<Table, @Nullable String> what) {
    return foreignKey
        .seen()
        .definition()
        .table(((ForeignKey) foreignKey.part()).targetId())
        .map(what)
        .orElse(null);
  }

  private static @Nullable String keyName(Table target, ForeignKey foreignKey) {
    return target.keys().stream()
        .filter(k -> k.unique() && k.columns().equals(foreignKey.targetColumns()))
        .map(Key::name)
        .findFirst()
        .orElse(null);
  }

  private static SystemView<SystemObject> checkConstraints() {
    return constraints("CHECK_CONSTRAINTS", SystemObject::checks)
        .column(
            "CHECK_CLAUSE nvarchar(4000) null",
            o -> ColumnViews.inBrackets(((Check) o.part()).text()));
  }
}
