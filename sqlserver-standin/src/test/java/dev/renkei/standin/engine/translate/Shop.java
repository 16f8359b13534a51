package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.engine.define.Definitions;
import dev.renkei.standin.engine.functions.Functions;
import dev.renkei.standin.engine.functions.Raised;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tracking.TrackedTransaction;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instance with a database Shop, in which T-SQL is translated and run without a session. */
final class Shop implements AutoCloseable {
  static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7, 123_456_700);

  final Instance instance = Instance.open(null);
  final ChangeTracking tracking = new ChangeTracking(instance, InstantSource.system());
  final Translator translator = new Translator(instance.catalog(), tracking);
  final Definitions definitions = new Definitions(instance, tracking, translator);
  final Connection connection = instance.connect();
  final TrackedTransaction transaction = tracking.transaction(connection);
  final Map<String, SqlType> types = new LinkedHashMap<>();
  final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  @Nullable Integer identityInsert;

  Shop() throws SQLException, SqlError {
    Functions.install(connection, instance.catalog());
    instance.catalog().createDatabase("Shop");
  }

  Shop with(String name, SqlType type, @Nullable Object value) {
    types.put(name, type);
    values.put(name, value);
    return this;
  }

  private Scope scope() {
    return new Scope("Shop", "sa", types, Map.of(), identityInsert);
  }

  Translated translate(String sql) throws SqlError {
    return translator.translate(Parser.parse(sql).get(0), scope());
  }

  /** Rows of the last query as {@code a|b;c|d}; for changes their count. */
  String run(String batch) throws SqlError, SQLException {
    String result = "";
    for (Statement statement : Parser.parse(batch)) {
      if (Definitions.isDefinition(statement)) {
        transaction.commit();
        definitions.execute(statement, "Shop", "sa");
      } else {
        result = run(translator.translate(statement, scope()));
      }
    }
    return result;
  }

  private String run(Translated t) throws SqlError, SQLException {
    if (t.target() != null) {
      transaction.statement(null, t.updatedColumns());
    }
    try (PreparedStatement statement = connection.prepareStatement(t.sql())) {
      for (int i = 0; i < t.bindings().size(); i++) {
        String name = t.bindings().get(i).variable();
        statement.setObject(i + 1, name.equals("@@utcnow") ? NOW : values.get(name));
      }
      if (!statement.execute()) {
        return Integer.toString(statement.getUpdateCount());
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet r = statement.getResultSet()) {
        while (r.next()) {
          List<String> cells = new ArrayList<>();
          for (int i = 1; i <= t.columns().size(); i++) {
            cells.add(cell(r, i));
          }
          rows.add(String.join("|", cells));
        }
      }
      return String.join(";", rows);
    } catch (SQLException e) {
      if (Raised.in(e).isPresent()) {
        throw Raised.in(e).get();
      }
      throw new SQLException(e.getMessage() + "\n" + t.sql(), e.getSQLState(), e.getErrorCode(), e);
    }
  }

  private static String cell(ResultSet r, int i) throws SQLException {
    Object value = r.getObject(i);
    if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().withUpperCase().formatHex(bytes);
    }
    return value instanceof java.sql.Timestamp || value instanceof java.sql.Date
        ? r.getString(i)
        : value instanceof java.math.BigDecimal d
            ? d.toPlainString()
            : String.valueOf(r.getString(i));
  }

  /** The types of a query's columns. */
  String types(String sql) throws SqlError {
    List<String> all = new ArrayList<>();
    for (ResultColumn c : translate(sql).columns()) {
      all.add(
          (c.name().isEmpty() ? "" : c.name() + " ")
              + c.type().declaration()
              + (c.nullable() ? "" : " not null"));
    }
    return String.join(", ", all).toLowerCase(Locale.ROOT);
  }

  String plan(String sql) throws SqlError, SQLException {
    Translated t = translate(sql);
    try (PreparedStatement statement = connection.prepareStatement("EXPLAIN " + t.sql())) {
      try (ResultSet r = statement.executeQuery()) {
        r.next();
        return r.getString(1);
      }
    }
  }

  @Override
  public void close() {
    transaction.close();
    tracking.close();
    instance.close();
  }
}
