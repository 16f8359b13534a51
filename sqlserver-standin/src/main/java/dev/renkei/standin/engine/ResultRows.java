package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A result of a catalog procedure, made in memory. */
final class ResultRows {
  private final List<ResultColumn> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  ResultRows(ResultColumn... columns) {
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

  // ---- columns ----

  static ResultColumn name(String name) {
    return new ResultColumn(name, SqlType.nvarchar(128), true);
  }

  static ResultColumn text(String name, int length) {
    return new ResultColumn(name, SqlType.sized(Kind.VARCHAR, length), true);
  }

  static ResultColumn integer(String name) {
    return new ResultColumn(name, SqlType.INT, true);
  }

  static ResultColumn small(String name) {
    return new ResultColumn(name, SqlType.SMALLINT, true);
  }
}
