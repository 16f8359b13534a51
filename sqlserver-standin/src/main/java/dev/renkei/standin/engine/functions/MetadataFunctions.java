package dev.renkei.standin.engine.functions;

import dev.renkei.standin.catalog.AliasType;
import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.DatabaseDefinition;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is defined, asked from within a query. Names are as users write them; {@code current} is the
 * session's database. Unknown things give null.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/functions/metadata-functions-transact-sql">
 *     Metadata functions</a>
 */
public final class MetadataFunctions {
  /** As in {@code sys.types.user_type_id}. */
  private static final Map<Kind, Integer> TYPE_IDS =
      Map.ofEntries(
          Map.entry(Kind.IMAGE, 34),
          Map.entry(Kind.TEXT, 35),
          Map.entry(Kind.UNIQUEIDENTIFIER, 36),
          Map.entry(Kind.DATE, 40),
          Map.entry(Kind.TIME, 41),
          Map.entry(Kind.DATETIME2, 42),
          Map.entry(Kind.DATETIMEOFFSET, 43),
          Map.entry(Kind.TINYINT, 48),
          Map.entry(Kind.SMALLINT, 52),
          Map.entry(Kind.INT, 56),
          Map.entry(Kind.SMALLDATETIME, 58),
          Map.entry(Kind.REAL, 59),
          Map.entry(Kind.MONEY, 60),
          Map.entry(Kind.DATETIME, 61),
          Map.entry(Kind.FLOAT, 62),
          Map.entry(Kind.NTEXT, 99),
          Map.entry(Kind.BIT, 104),
          Map.entry(Kind.DECIMAL, 106),
          Map.entry(Kind.SMALLMONEY, 122),
          Map.entry(Kind.BIGINT, 127),
          Map.entry(Kind.HIERARCHYID, 128),
          Map.entry(Kind.GEOMETRY, 129),
          Map.entry(Kind.GEOGRAPHY, 130),
          Map.entry(Kind.VARBINARY, 165),
          Map.entry(Kind.VARCHAR, 167),
          Map.entry(Kind.BINARY, 173),
          Map.entry(Kind.CHAR, 175),
          Map.entry(Kind.ROWVERSION, 189),
          Map.entry(Kind.NVARCHAR, 231),
          Map.entry(Kind.NCHAR, 239),
          Map.entry(Kind.XML, 241));

  private static final String COLLATION = "SQL_Latin1_General_CP1_CI_AS";
  private static final String VERSION = "16.0.4135.4";

  private MetadataFunctions() {}

  /** The parts of a name, outermost first, without their brackets; empty where it is malformed. */
  static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      if (c == '.') {
        parts.add(part.toString());
        part.setLength(0);
        i++;
      } else if (c == '[' || c == '"') {
        char end = c == '[' ? ']' : '"';
        i++;
        while (i < name.length()) {
          if (name.charAt(i) == end) {
            if (i + 1 < name.length() && name.charAt(i + 1) == end) {
              i++;
            } else {
              break;
            }
          }
          part.append(name.charAt(i++));
        }
        i++;
      } else {
        part.append(c);
        i++;
      }
    }
    parts.add(part.toString().strip());
    return parts;
  }

  private static Optional<Table> table(Catalog catalog, String name, String current) {
    List<String> parts = parts(name.strip());
    if (parts.size() > 3) {
      return Optional.empty();
    }
    int n = parts.size();
    String database = n > 2 && !parts.get(n - 3).isEmpty() ? parts.get(n - 3) : current;
    String schema = n > 1 && !parts.get(n - 2).isEmpty() ? parts.get(n - 2) : "dbo";
    return catalog.table(database, schema, parts.get(n - 1));
  }

  public static @Nullable Integer objectId(
      Connection c, @Nullable String name, @Nullable String type, String current)
      throws SQLException {
    if (name == null) {
      return null;
    }
    return table(Instances.catalog(c), name, current)
        .filter(t -> type == null || isOfType(t, type.strip()))
        .map(Table::objectId)
        .orElse(null);
  }

  private static boolean isOfType(Table table, String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "U" -> table.kind() == Table.TableKind.USER_TABLE;
      case "V" -> table.kind() != Table.TableKind.USER_TABLE;
      case "" -> true;
      default -> false;
    };
  }

  private static Optional<Table> table(
      Catalog catalog, @Nullable Integer id, @Nullable Integer databaseId, String current) {
    if (id == null) {
      return Optional.empty();
    }
    Optional<Database> database =
        databaseId == null
            ? catalog.database(current)
            : catalog.databases().stream().filter(d -> d.id() == databaseId).findFirst();
    return database.flatMap(
        d -> catalog.definition(d.name()).flatMap(definition -> definition.table(id)));
  }

  public static @Nullable String objectName(
      Connection c, @Nullable Integer id, @Nullable Integer databaseId, String current)
      throws SQLException {
    return table(Instances.catalog(c), id, databaseId, current).map(Table::name).orElse(null);
  }

  public static @Nullable String objectSchemaName(
      Connection c, @Nullable Integer id, @Nullable Integer databaseId, String current)
      throws SQLException {
    return table(Instances.catalog(c), id, databaseId, current).map(Table::schema).orElse(null);
  }

  public static @Nullable Integer databaseId(Connection c, @Nullable String name)
      throws SQLException {
    return name == null
        ? null
        : Instances.catalog(c).database(name.stripTrailing()).map(Database::id).orElse(null);
  }

  public static @Nullable String databaseName(Connection c, @Nullable Integer id)
      throws SQLException {
    return Instances.catalog(c).databases().stream()
        .filter(d -> id != null && d.id() == id)
        .map(Database::name)
        .findFirst()
        .orElse(null);
  }

  public static @Nullable Integer schemaId(Connection c, @Nullable String name, String current)
      throws SQLException {
    if (name == null) {
      return null;
    }
    Integer fixed = FIXED_SCHEMAS.get(name.toLowerCase(Locale.ROOT));
    return fixed != null
        ? fixed
        : Instances.catalog(c)
            .definition(current)
            .flatMap(d -> d.schema(name))
            .map(DatabaseDefinition.Schema::id)
            .orElse(null);
  }

  private static final Map<String, Integer> FIXED_SCHEMAS =
      Map.of("dbo", 1, "guest", 2, "information_schema", 3, "sys", 4);

  public static @Nullable String schemaName(Connection c, @Nullable Integer id, String current)
      throws SQLException {
    if (id == null) {
      return null;
    }
    return switch (id) {
      case 1 -> "dbo";
      case 2 -> "guest";
      case 3 -> "INFORMATION_SCHEMA";
      case 4 -> "sys";
      default ->
          Instances.catalog(c).definition(current).stream()
              .flatMap(d -> d.schemas().stream())
              .filter(s -> s.id() == id)
              .map(DatabaseDefinition.Schema::name)
              .findFirst()
              .orElse(null);
    };
  }

  public static @Nullable String columnName(
      Connection c, @Nullable Integer table, @Nullable Integer column, String current)
      throws SQLException {
    return table(Instances.catalog(c), table, null, current).stream()
        .flatMap(t -> t.columns().stream())
        .filter(k -> column != null && k.columnId() == column)
        .map(Table.Column::name)
        .findFirst()
        .orElse(null);
  }

  /** In bytes; -1 for (max). */
  public static @Nullable Integer columnLength(
      Connection c, @Nullable String table, @Nullable String column, String current)
      throws SQLException {
    if (table == null || column == null) {
      return null;
    }
    return table(Instances.catalog(c), table, current)
        .flatMap(t -> t.column(column))
        .map(k -> bytes(k.sqlType()))
        .orElse(null);
  }

  private static int bytes(SqlType type) {
    return switch (type.kind()) {
      case BIT, TINYINT -> 1;
      case SMALLINT -> 2;
      case INT, REAL, SMALLMONEY, SMALLDATETIME -> 4;
      case BIGINT, FLOAT, MONEY, DATETIME, ROWVERSION -> 8;
      case DATE -> 3;
      case TIME -> 3 + (type.scale() + 1) / 2 - (type.scale() > 0 && type.scale() < 3 ? 1 : 0);
      case DATETIME2 -> type.scale() <= 2 ? 6 : type.scale() <= 4 ? 7 : 8;
      case DATETIMEOFFSET -> type.scale() <= 2 ? 8 : type.scale() <= 4 ? 9 : 10;
      case DECIMAL ->
          type.precision() <= 9 ? 5 : type.precision() <= 19 ? 9 : type.precision() <= 28 ? 13 : 17;
      case UNIQUEIDENTIFIER, TEXT, NTEXT, IMAGE -> 16;
      case XML, GEOGRAPHY, GEOMETRY -> -1;
      case HIERARCHYID -> 892;
      case NCHAR, NVARCHAR -> type.isMax() ? -1 : 2 * type.length();
      default -> type.isMax() ? -1 : type.length();
    };
  }

  public static @Nullable Integer columnProperty(
      Connection c,
      @Nullable Integer id,
      @Nullable String column,
      @Nullable String property,
      String current)
      throws SQLException {
    if (column == null || property == null) {
      return null;
    }
    Table.Column k =
        table(Instances.catalog(c), id, null, current).flatMap(t -> t.column(column)).orElse(null);
    if (k == null) {
      return null;
    }
    SqlType type = k.sqlType();
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "columnid" -> k.columnId();
      case "isidentity" -> k.identity() == null ? 0 : 1;
      case "iscomputed" -> k.computed() == null ? 0 : 1;
      case "allowsnull" -> k.nullable() ? 1 : 0;
      case "isrowguidcol", "isidnotforrepl", "ishidden", "issparse", "iscolumnset" -> 0;
      case "precision" ->
          switch (type.kind()) {
            case BIT -> 1;
            case TINYINT -> 3;
            case SMALLINT -> 5;
            case INT, SMALLMONEY -> 10;
            case BIGINT, MONEY -> 19;
            case DECIMAL -> type.precision();
            case REAL -> 24;
            case FLOAT -> 53;
            default -> type.isMax() ? (Integer) (-1) : type.length() > 0 ? type.length() : null;
          };
      case "scale" ->
          switch (type.kind()) {
            case DECIMAL, TIME, DATETIME2, DATETIMEOFFSET -> type.scale();
            case MONEY, SMALLMONEY -> 4;
            case TINYINT, SMALLINT, INT, BIGINT -> 0;
            case DATETIME -> 3;
            default -> null;
          };
      case "charmaxlen" -> type.isMax() ? (Integer) (-1) : type.length() > 0 ? type.length() : null;
      default -> null;
    };
  }

  public static @Nullable Integer objectProperty(
      Connection c, @Nullable Integer id, @Nullable String property, String current)
      throws SQLException {
    if (property == null) {
      return null;
    }
    Catalog catalog = Instances.catalog(c);
    Table t = table(catalog, id, null, current).orElse(null);
    if (t == null) {
      return null;
    }
    Table.Key key = t.primaryKey();
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "tablehasprimarykey" -> key == null ? 0 : 1;
      case "tablehasidentity" -> t.columns().stream().anyMatch(k -> k.identity() != null) ? 1 : 0;
      case "tablehastimestamp" ->
          t.columns().stream().anyMatch(k -> k.sqlType().kind() == Kind.ROWVERSION) ? 1 : 0;
      case "tablehasuniquecnst" ->
          t.otherKeys().stream().anyMatch(k -> k.constraint() && k.unique()) ? 1 : 0;
      case "istable", "isusertable" -> t.kind() == Table.TableKind.USER_TABLE ? 1 : 0;
      case "isview" -> t.kind() == Table.TableKind.USER_TABLE ? 0 : 1;
      case "ismsshipped", "issystemtable" -> t.kind() == Table.TableKind.SYSTEM_VIEW ? 1 : 0;
      case "isprocedure", "istrigger", "isscalarfunction", "istablefunction" -> 0;
      case "ownerid" -> 1;
      case "schemaid" -> schemaId(c, t.schema(), current);
      default -> null;
    };
  }

  public static @Nullable Integer typeId(Connection c, @Nullable String name, String current)
      throws SQLException {
    if (name == null) {
      return null;
    }
    List<String> parts = parts(name);
    String last = parts.get(parts.size() - 1);
    for (Map.Entry<Kind, Integer> entry : TYPE_IDS.entrySet()) {
      if (typeName(entry.getKey()).equalsIgnoreCase(last)) {
        return entry.getValue();
      }
    }
    if (last.equalsIgnoreCase("numeric")) {
      return 108;
    }
    if (last.equalsIgnoreCase("sysname")) {
      return 256;
    }
    String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : "dbo";
    return Instances.catalog(c)
        .aliasType(current, schema, last)
        .map(AliasType::userTypeId)
        .orElse(null);
  }

  private static String typeName(Kind kind) {
    return kind == Kind.ROWVERSION ? "timestamp" : kind.name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable String typeName(Connection c, @Nullable Integer id, String current)
      throws SQLException {
    if (id == null) {
      return null;
    }
    if (id == 108) {
      return "numeric";
    }
    if (id == 256) {
      return "sysname";
    }
    for (Map.Entry<Kind, Integer> entry : TYPE_IDS.entrySet()) {
      if (entry.getValue().equals(id)) {
        return typeName(entry.getKey());
      }
    }
    return Instances.catalog(c).definition(current).stream()
        .flatMap(d -> d.types().stream())
        .filter(t -> t.userTypeId() == id)
        .map(AliasType::name)
        .findFirst()
        .orElse(null);
  }

  public static @Nullable String databaseProperty(
      Connection c, @Nullable String name, @Nullable String property) throws SQLException {
    Database d =
        name == null ? null : Instances.catalog(c).database(name.stripTrailing()).orElse(null);
    if (d == null || property == null) {
      return null;
    }
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "collation" -> COLLATION;
      case "status" -> "ONLINE";
      case "updateability" -> d.readableSecondary() ? "READ_ONLY" : "READ_WRITE";
      case "recovery" -> "FULL";
      case "useraccess" -> "MULTI_USER";
      case "version" -> "957";
      case "sqlsortorder" -> "52";
      case "isautoclose",
          "isautoshrink",
          "isinstandby",
          "ispublished",
          "issubscribed",
          "isfulltextenabled",
          "isansinulldefault",
          "isansinullsenabled" ->
          "0";
      case "isautocreatestatistics", "isautoupdatestatistics" -> "1";
      default -> null;
    };
  }

  /** SERVERPROPERTY; numbers as their text. */
  public static @Nullable String serverProperty(@Nullable String property) {
    if (property == null) {
      return null;
    }
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "productversion", "resourceversion" -> VERSION;
      case "productmajorversion" -> "16";
      case "productminorversion" -> "0";
      case "productbuild" -> "4135";
      case "productlevel" -> "RTM";
      case "edition" -> "Developer Edition (64-bit)";
      case "editionid" -> "-2117995310";
      case "engineedition" -> "3";
      case "collation" -> COLLATION;
      case "servername", "machinename", "computernamephysicalnetbios" -> "STANDIN";
      case "ishadrenabled",
          "isclustered",
          "isintegratedsecurityonly",
          "isfulltextinstalled",
          "issingleuser",
          "islocaldb",
          "isxtpsupported",
          "ispolybaseinstalled",
          "isadvancedanalyticsinstalled" ->
          "0";
      case "lcid" -> "1033";
      case "sqlcharset" -> "1";
      case "sqlcharsetname" -> "iso_1";
      case "sqlsortorder" -> "52";
      case "sqlsortordername" -> "nocase_iso";
      case "collationid" -> "872468488";
      case "comparisonstyle" -> "196609";
      default -> null;
    };
  }

  public static @Nullable Integer hasPermission(
      Connection c,
      @Nullable String securable,
      @Nullable String securableClass,
      @Nullable String permission,
      String login,
      String current)
      throws SQLException {
    if (permission == null) {
      return null;
    }
    Catalog catalog = Instances.catalog(c);
    String kind = securableClass == null ? "SERVER" : securableClass.toUpperCase(Locale.ROOT);
    if (kind.equals("SERVER")) {
      return login.equalsIgnoreCase("sa") ? 1 : 0;
    }
    String database = current;
    Table table = null;
    if (kind.equals("DATABASE")) {
      database = securable == null ? current : parts(securable).get(0);
      if (catalog.database(database).isEmpty()) {
        return null;
      }
    } else if (kind.equals("OBJECT")) {
      table = securable == null ? null : table(catalog, securable, current).orElse(null);
      if (table == null) {
        return null;
      }
      database = table.database();
    } else {
      throw new Raised(SqlError.refused("HAS_PERMS_BY_NAME of class " + securableClass));
    }
    if (permission.equalsIgnoreCase("ANY")) {
      for (Permission p : Permission.values()) {
        if (catalog.rights().allowed(login, database, p, table)) {
          return 1;
        }
      }
      return 0;
    }
    Permission wanted = Permission.of(permission).orElse(null);
    return wanted == null
        ? null
        : catalog.rights().allowed(login, database, wanted, table) ? 1 : (Integer) 0;
  }

  /** Whether a login may view the changes of a table. */
  public static boolean mayViewChanges(Connection c, int objectId, String database, String login)
      throws SQLException {
    Catalog catalog = Instances.catalog(c);
    return catalog
        .table(objectId)
        .map(t -> catalog.rights().allowed(login, database, Permission.VIEW_CHANGE_TRACKING, t))
        .orElse(false);
  }

  public static @Nullable Integer hasAccess(Connection c, @Nullable String database, String login)
      throws SQLException {
    Catalog catalog = Instances.catalog(c);
    if (database == null || catalog.database(database).isEmpty()) {
      return null;
    }
    return catalog.rights().canOpen(login, database) ? 1 : 0;
  }

  /** IDENT_CURRENT: the last value given; the seed while none was. */
  public static @Nullable Long identCurrent(Connection c, @Nullable String name, String current)
      throws SQLException {
    Table t = name == null ? null : table(Instances.catalog(c), name, current).orElse(null);
    Table.Column identity =
        t == null
            ? null
            : t.columns().stream().filter(k -> k.identity() != null).findFirst().orElse(null);
    if (t == null || identity == null) {
      return null;
    }
    var session = Instances.session(c);
    var sequence =
        session
            .getDatabase()
            .getSchema(t.database() + "." + t.schema())
            .getTableOrView(session, t.name())
            .getColumn(identity.name())
            .getSequence();
    if (sequence == null) {
      return null;
    }
    boolean unused = sequence.getBaseValue() == sequence.getStartValue();
    return unused ? sequence.getStartValue() : sequence.getCurrentValue();
  }

  public static @Nullable Long identSeed(
      Connection c, @Nullable String name, boolean increment, String current) throws SQLException {
    return name == null
        ? null
        : table(Instances.catalog(c), name, current).stream()
            .flatMap(t -> t.columns().stream())
            .map(Table.Column::identity)
            .filter(java.util.Objects::nonNull)
            .map(i -> increment ? i.increment() : i.seed())
            .findFirst()
            .orElse(null);
  }

  /** CHANGE_TRACKING_IS_COLUMN_IN_MASK. */
  public static @Nullable Integer isColumnInMask(@Nullable Integer column, byte @Nullable [] mask)
      throws Raised {
    if (column == null) {
      return null;
    }
    try {
      return ChangeTracking.isColumnInMask(column, mask) ? 1 : 0;
    } catch (SqlError e) {
      throw new Raised(e);
    }
  }
}
