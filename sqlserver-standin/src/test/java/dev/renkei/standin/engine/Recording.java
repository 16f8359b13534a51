package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a client would see, one line per event: {@code row 1|x}, {@code done SELECT 1},
 * {@code error 2627 line 3}, {@code info 50000 text}, {@code BEGAN}, ...
 */
final class Recording implements Response {
  private final List<String> events = new ArrayList<>();
  private final List<SqlError> errors = new ArrayList<>();
  private final List<Parameter> outputs = new ArrayList<>();
  private List<ResultColumn> columns = List.of();

  List<String> events() {
    return events;
  }

  /** The rows of all results. */
  List<String> rows() {
    return events.stream().filter(e -> e.startsWith("row ")).map(e -> e.substring(4)).toList();
  }

  List<Integer> errors() {
    return errors.stream().map(SqlError::number).toList();
  }

  SqlError firstError() {
    return errors.get(0);
  }

  List<Parameter> outputs() {
    return outputs;
  }

  @Override
  public void columns(List<ResultColumn> described) {
    columns = described;
    events.add("columns " + String.join(",", described.stream().map(ResultColumn::name).toList()));
  }

  @Override
  public void row(Row row) {
    CapturedRows one = new CapturedRows(this);
    one.columns(columns);
    one.row(row);
    List<String> values = new ArrayList<>();
    for (@Nullable Object value : one.rows().get(0)) {
      values.add(
          value instanceof byte[] bytes
              ? java.util.HexFormat.of().formatHex(bytes)
              : String.valueOf(value));
    }
    events.add("row " + String.join("|", values));
  }

  @Override
  public void done(Command command, @Nullable Long count) {
    events.add("done " + command + (count == null ? "" : " " + count));
  }

  @Override
  public void error(SqlError error, int line) {
    errors.add(error);
    events.add("error " + error.number() + " line " + line);
  }

  @Override
  public void info(int number, int state, int severity, String message, int line) {
    events.add("info " + number + " " + message);
  }

  @Override
  public void databaseChanged(String from, String to) {
    events.add("database " + from + " -> " + to);
  }

  @Override
  public void transaction(TransactionEvent event, long descriptor) {
    events.add(event.name());
  }

  @Override
  public void returnStatus(int status) {
    events.add("status " + status);
  }

  @Override
  public void outputValue(Parameter parameter) {
    outputs.add(parameter);
    events.add("output " + parameter.name() + " = " + parameter.value());
  }
}
