package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of a procedure's results for INSERT .. EXEC; all else goes on to the client. */
final class CapturedRows implements Response {
  private final Response client;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private List<ResultColumn> columns = List.of();

  CapturedRows(Response client) {
    this.client = client;
  }

  List<List<@Nullable Object>> rows() {
    return rows;
  }

  List<ResultColumn> columns() {
    return columns;
  }

  @Override
  public void columns(List<ResultColumn> described) {
    columns = described;
  }

  @Override
  public void row(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      values.add(row.isNull(i) ? null : value(row, i, columns.get(i).type()));
    }
    rows.add(values);
  }

  private static Object value(Row row, int i, SqlType type) {
    return switch (type.kind()) {
      case BIT -> row.getBoolean(i);
      case TINYINT, SMALLINT, INT -> row.getInt(i);
      case BIGINT -> row.getLong(i);
      case DECIMAL, MONEY, SMALLMONEY -> row.getDecimal(i);
      case REAL -> row.getFloat(i);
      case FLOAT -> row.getDouble(i);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML -> row.getString(i);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          row.getBytes(i);
      case DATE -> row.getDate(i);
      case TIME -> row.getTime(i);
      case DATETIME, SMALLDATETIME, DATETIME2 -> row.getDateTime(i);
      case DATETIMEOFFSET -> row.getDateTimeOffset(i);
      case UNIQUEIDENTIFIER -> row.getUuid(i);
    };
  }

  @Override
  public void done(Command command, @Nullable Long count) {}

  @Override
  public void error(SqlError error, int line) throws IOException {
    client.error(error, line);
  }

  @Override
  public void info(int number, int state, int severity, String message, int line)
      throws IOException {
    client.info(number, state, severity, message, line);
  }

  @Override
  public void databaseChanged(String from, String to) throws IOException {
    client.databaseChanged(from, to);
  }

  @Override
  public void transaction(TransactionEvent event, long descriptor) throws IOException {
    client.transaction(event, descriptor);
  }

  @Override
  public void returnStatus(int status) {}

  @Override
  public void outputValue(Parameter parameter) {}
}
