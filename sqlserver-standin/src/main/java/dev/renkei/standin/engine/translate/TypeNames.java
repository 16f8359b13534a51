package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.AliasType;
import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Types as written, with the lengths that they have when none is written. */
final class TypeNames {
  private TypeNames() {}

  /**
   * Resolves a type.
   *
   * @param defaultLength of text and binary without one: 1 in declarations, 30 in CAST
   */
  static SqlType resolve(Catalog catalog, TypeName type, String database, int defaultLength)
      throws SqlError {
    String name = type.name().name().toLowerCase(Locale.ROOT);
    String schema = type.name().schema();
    if (schema.isEmpty() || schema.equalsIgnoreCase("sys")) {
      Optional<SqlType> base = base(name, type.arguments(), defaultLength);
      if (base.isPresent()) {
        return base.get();
      }
    }
    String home = type.name().database().isEmpty() ? database : type.name().database();
    Optional<AliasType> alias =
        catalog.aliasType(home, schema.isEmpty() ? "dbo" : schema, type.name().name());
    if (alias.isPresent()) {
      if (!type.arguments().isEmpty()) {
        throw Faults.error(
            2716,
            "Column, parameter, or variable #1: Cannot specify a column width on data type %s.",
            type.name());
      }
      return alias.get().type();
    }
    throw new SqlError(
        2715,
        6,
        16,
        "Column, parameter, or variable #1: Cannot find data type %s.".formatted(type.name()));
  }

  private static Optional<SqlType> base(String name, List<String> arguments, int defaultLength)
      throws SqlError {
    return Optional.ofNullable(
        switch (name) {
          case "bit" -> plain(Kind.BIT, name, arguments);
          case "tinyint" -> plain(Kind.TINYINT, name, arguments);
          case "smallint" -> plain(Kind.SMALLINT, name, arguments);
          case "int", "integer" -> plain(Kind.INT, name, arguments);
          case "bigint" -> plain(Kind.BIGINT, name, arguments);
          case "decimal", "numeric", "dec" -> decimal(name, arguments);
          case "money" -> plain(Kind.MONEY, name, arguments);
          case "smallmoney" -> plain(Kind.SMALLMONEY, name, arguments);
          case "real" -> plain(Kind.REAL, name, arguments);
          case "float", "double precision" ->
              arguments.isEmpty() || number(name, arguments, 0, 1, 53) > 24
                  ? SqlType.FLOAT
                  : SqlType.REAL;
          case "char", "character" -> sized(Kind.CHAR, name, arguments, 8000, defaultLength);
          case "varchar", "char varying", "character varying" ->
              sized(Kind.VARCHAR, name, arguments, 8000, defaultLength);
          case "nchar", "national char", "national character" ->
              sized(Kind.NCHAR, name, arguments, 4000, defaultLength);
          case "nvarchar", "national char varying", "national character varying" ->
              sized(Kind.NVARCHAR, name, arguments, 4000, defaultLength);
          case "binary" -> sized(Kind.BINARY, name, arguments, 8000, defaultLength);
          case "varbinary", "binary varying" ->
              sized(Kind.VARBINARY, name, arguments, 8000, defaultLength);
          case "text" -> plain(Kind.TEXT, name, arguments);
          case "ntext", "national text" -> plain(Kind.NTEXT, name, arguments);
          case "image" -> plain(Kind.IMAGE, name, arguments);
          case "rowversion", "timestamp" -> plain(Kind.ROWVERSION, name, arguments);
          case "date" -> plain(Kind.DATE, name, arguments);
          case "datetime" -> plain(Kind.DATETIME, name, arguments);
          case "smalldatetime" -> plain(Kind.SMALLDATETIME, name, arguments);
          case "time" -> fractional(Kind.TIME, name, arguments);
          case "datetime2" -> fractional(Kind.DATETIME2, name, arguments);
          case "datetimeoffset" -> fractional(Kind.DATETIMEOFFSET, name, arguments);
          case "uniqueidentifier" -> plain(Kind.UNIQUEIDENTIFIER, name, arguments);
          case "xml" -> plain(Kind.XML, name, arguments);
          case "hierarchyid" -> plain(Kind.HIERARCHYID, name, arguments);
          case "geography" -> plain(Kind.GEOGRAPHY, name, arguments);
          case "geometry" -> plain(Kind.GEOMETRY, name, arguments);
          case "sysname" -> Types.SYSNAME;
          case "sql_variant" -> throw SqlError.refused("the type sql_variant");
          case "cursor", "table" -> throw SqlError.refused("the type " + name);
          default -> null;
        });
  }

  private static SqlType plain(Kind kind, String name, List<String> arguments) throws SqlError {
    if (!arguments.isEmpty()) {
      throw Faults.error(
          2716,
          "Column, parameter, or variable #1: Cannot specify a column width on data type %s.",
          name);
    }
    return SqlType.of(kind);
  }

  private static SqlType decimal(String name, List<String> arguments) throws SqlError {
    int precision = arguments.isEmpty() ? 18 : number(name, arguments, 0, 1, 38);
    int scale = arguments.size() < 2 ? 0 : number(name, arguments, 1, 0, 38);
    if (scale > precision) {
      throw Faults.error(192, "The scale must be less than or equal to the precision.");
    }
    return SqlType.decimal(precision, scale);
  }

  private static SqlType sized(
      Kind kind, String name, List<String> arguments, int most, int defaultLength) throws SqlError {
    if (arguments.isEmpty()) {
      return SqlType.sized(kind, defaultLength);
    }
    if (arguments.get(0).equalsIgnoreCase("max")
        && (kind == Kind.VARCHAR || kind == Kind.NVARCHAR || kind == Kind.VARBINARY)) {
      return SqlType.sized(kind, SqlType.MAX);
    }
    return SqlType.sized(kind, number(name, arguments, 0, 1, most));
  }

  private static SqlType fractional(Kind kind, String name, List<String> arguments)
      throws SqlError {
    return SqlType.fractional(kind, arguments.isEmpty() ? 7 : number(name, arguments, 0, 0, 7));
  }

  private static int number(String name, List<String> arguments, int index, int least, int most)
      throws SqlError {
    int value;
    try {
      value = Integer.parseInt(arguments.get(index));
    } catch (NumberFormatException e) {
      throw Faults.error(102, "Incorrect syntax near '%s'.", arguments.get(index));
    }
    if (value < least) {
      throw new SqlError(
          1001, 1, 15, "Line 1: Length or precision specification %d is invalid.".formatted(value));
    }
    if (value > most) {
      throw most <= 53
          ? Faults.error(
              2750,
              "Column or parameter #1: Specified column precision %d is greater than the maximum precision of %d.",
              value,
              most)
          : new SqlError(
              131,
              3,
              15,
              "The size (%d) given to the type '%s' exceeds the maximum allowed for any data type (%d)."
                  .formatted(value, name, 8000));
    }
    return value;
  }
}
