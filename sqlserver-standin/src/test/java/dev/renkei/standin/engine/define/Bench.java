package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.functions.Functions;
import dev.renkei.standin.engine.translate.Scope;
import dev.renkei.standin.engine.translate.Translated;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tracking.TrackedTransaction;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.Statement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions, and just enough of a session to see what they did. */
final class Bench implements AutoCloseable {
  final Instance instance;
  final ChangeTracking tracking;
  final Translator translator;
  final Definitions definitions;
  String database = "Shop";
  String login = "sa";

  private Bench(@Nullable Path directory) throws Exception {
    instance = Instance.open(directory);
    try (Connection h2 = instance.connect()) {
      Functions.install(h2, instance.catalog());
    }
    tracking = new ChangeTracking(instance, InstantSource.system());
    translator = new Translator(instance.catalog(), tracking);
    definitions = new Definitions(instance, tracking, translator);
  }

  static Bench inMemory() throws Exception {
    Bench bench = new Bench(null);
    bench.instance.catalog().createDatabase("Shop");
    return bench;
  }

  /** Opens what is in a directory; the database Shop is not made. */
  static Bench in(Path directory) throws Exception {
    return new Bench(directory);
  }

  Catalog catalog() {
    return instance.catalog();
  }

  /** Runs definitions and changes of rows. */
  void run(String batch) throws SqlError, SQLException {
    for (Statement statement : Parser.parse(batch)) {
      if (Definitions.isDefinition(statement)) {
        definitions.execute(statement, database, login);
      } else if (statement instanceof Statement.Truncate truncate) {
        definitions.truncate(table(truncate.table().toString()), -1);
      } else {
        change(statement);
      }
    }
  }

  private void change(Statement statement) throws SqlError, SQLException {
    Translated translated = translator.translate(statement, scope());
    try (Connection h2 = instance.connect();
        PreparedStatement prepared = h2.prepareStatement(translated.sql());
        TrackedTransaction transaction = tracking.transaction(h2)) {
      transaction.statement(null, translated.updatedColumns());
      for (int i = 0; i < translated.bindings().size(); i++) {
        if (!translated.bindings().get(i).variable().equals("@@utcnow")) {
          throw new IllegalArgumentException(translated.bindings().get(i).variable());
        }
        prepared.setObject(i + 1, LocalDateTime.of(2026, 1, 2, 3, 4, 5));
      }
      prepared.execute();
      transaction.commit();
    }
  }

  private Scope scope() {
    return new Scope(database, login, Map.of());
  }

  /** A table of dbo, or one named with its schema. */
  Table table(String name) {
    String[] parts = name.split("\\.");
    return catalog()
        .table(database, parts.length > 1 ? parts[0] : "dbo", parts[parts.length - 1])
        .orElseThrow();
  }

  /** The rows of a query, values joined by a bar. */
  List<String> rows(String query) throws SqlError, SQLException {
    Translated translated = translator.translate(Parser.parse(query).get(0), scope());
    try (Connection h2 = instance.connect();
        PreparedStatement prepared = h2.prepareStatement(translated.sql());
        ResultSet rows = prepared.executeQuery()) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        all.add(String.join("|", values));
      }
      return all;
    }
  }

  @Override
  public void close() {
    tracking.close();
    instance.close();
  }
}
