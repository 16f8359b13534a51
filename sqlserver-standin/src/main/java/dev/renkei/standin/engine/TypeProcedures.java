package dev.renkei.standin.engine;

import static dev.renkei.standin.engine.ResultRows.integer;
import static dev.renkei.standin.engine.ResultRows.name;
import static dev.renkei.standin.engine.ResultRows.small;
import static dev.renkei.standin.engine.ResultRows.text;

import dev.renkei.standin.engine.OdbcType.Dialect;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** {@code sp_datatype_info}, and the procedures about procedures, of which there are none. */
final class TypeProcedures {
  private TypeProcedures() {}

  static void types(Arguments arguments, boolean modern, Response response)
      throws SqlError, IOException {
    Dialect dialect = Dialect.of(modern, arguments.optionalText(1, "@ODBCVer"));
    String only = arguments.optionalText(0, "@data_type");
    ResultRows rows =
        new ResultRows(
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

  static void noProcedures(Response response) throws IOException {
    new ResultRows(
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

  static void noProcedureColumns(Response response) throws IOException {
    new ResultRows(
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
}
