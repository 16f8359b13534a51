package dev.renkei.standin;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.Row;
import dev.renkei.standin.sql.SqlError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response of which only the first error is kept. */
final class FirstError implements Response {
  private @Nullable SqlError error;

  @Nullable SqlError error() {
    return error;
  }

  @Override
  public void error(SqlError met, int line) {
    if (error == null) {
      error = met;
    }
  }

  @Override
  public void columns(List<ResultColumn> columns) {}

  @Override
  public void row(Row row) {}

  @Override
  public void done(Command command, @Nullable Long count) {}

  @Override
  public void info(int number, int state, int severity, String message, int line) {}

  @Override
  public void databaseChanged(String from, String to) {}

  @Override
  public void transaction(TransactionEvent event, long descriptor) {}

  @Override
  public void returnStatus(int status) {}

  @Override
  public void outputValue(Parameter parameter) {}
}
