package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.engine.translate.Scope;
import dev.renkei.standin.engine.translate.Translated;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.Unparser;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.CreateView;
import dev.renkei.standin.tsql.ast.Statement.DropView;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Views: kept as T-SQL text, and in H2 as a view of its translation.
 *
 * <p>As in SQL Server a view outlives what it reads: dropping a table leaves the view defined, and
 * it works again once there is a table of that name. In H2 such a view is missing meanwhile.
 */
final class Views {
  private final Work work;

  Views(Work work) {
    this.work = work;
  }

  void create(CreateView statement) throws SqlError, SQLException {
    ObjectName written = statement.view();
    Database database = work.databaseOf(written);
    work.require(Permission.CREATE_VIEW, database.name());
    String schema = work.existingSchema(database.name(), written);
    work.requireFree(database.name(), schema, written.name());
    Made made = make(statement.query(), statement.columns(), database.name(), written.name());
    Table view =
        new Table(
            work.catalog().nextObjectId(),
            database.name(),
            schema,
            written.name(),
            TableKind.VIEW,
            made.columns(),
            null,
            List.of(),
            List.of(),
            List.of(),
            Unparser.text(statement.query()),
            made.columns().size(),
            TableBuilder.now(),
            TableBuilder.now(),
            0);
    work.run(made.sql(view));
    work.catalog().putTable(view);
  }

  /** A view's query in H2's SQL, and its columns. */
  private record Made(String query, List<Column> columns) {
    String sql(Table view) {
      return "CREATE VIEW %s(%s) AS %s"
          .formatted(
              view.h2Name(),
              columns.stream().map(c -> Work.quote(c.name())).collect(Collectors.joining(", ")),
              query);
    }
  }

  private Made make(Query query, List<String> names, String database, String view) throws SqlError {
    Translated translated =
        work.translator()
            .translate(new Statement.Select(query, 1), new Scope(database, work.login(), Map.of()));
    if (!translated.bindings().isEmpty()) {
      throw SqlError.refused(
          "views whose rows depend on the session or the time ("
              + translated.bindings().get(0).variable()
              + ")");
    }
    List<ResultColumn> results = translated.columns();
    if (!names.isEmpty() && names.size() != results.size()) {
      throw new SqlError(
          8158 + (names.size() > results.size() ? 0 : 1),
          1,
          16,
          "'%s' has %s columns than were specified in the column list."
              .formatted(view, names.size() > results.size() ? "fewer" : "more"));
    }
    List<Column> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < results.size(); i++) {
      String name = names.isEmpty() ? results.get(i).name() : names.get(i);
      if (name.isEmpty()) {
        throw new SqlError(
            4511,
            1,
            16,
            "Create View or Function failed because no column name was specified for column %d."
                .formatted(i + 1));
      }
      if (!seen.add(Constraints.lower(name))) {
        throw new SqlError(
            4506,
            1,
            16,
            ("Column names in each view or function must be unique. Column name '%s' in view or"
                    + " function '%s' is specified more than once.")
                .formatted(name, view));
      }
      columns.add(
          new Column(
              i + 1,
              name,
              new SqlColumnType(results.get(i).type(), null),
              results.get(i).nullable(),
              null,
              null,
              false,
              null,
              null));
    }
    return new Made(translated.sql(), columns);
  }

  void drop(DropView statement) throws SqlError, SQLException {
    for (ObjectName written : statement.views()) {
      Optional<Table> found = work.find(written);
      if (found.isEmpty() && statement.ifExists()) {
        continue;
      }
      Table view = found.orElseThrow(() -> Refusals.cannotDrop("view", written.toString()));
      if (view.kind() != TableKind.VIEW) {
        throw Refusals.wrongKind("VIEW", written.toString(), "table", "DROP TABLE");
      }
      if (!work.may(Permission.ALTER, view)) {
        throw Refusals.cannotDrop("view", written.toString());
      }
      work.catalog().removeTable(view);
      work.run("DROP VIEW IF EXISTS " + view.h2Name() + " CASCADE");
    }
  }

  // ---- views over a table that changes ----

  /** Removes from H2 the views that read a table, also by way of others; see {@link #mend}. */
  void takeDown(Table table) throws SQLException {
    for (Table view : work.catalog().viewsOver(work.h2(), table)) {
      work.run("DROP VIEW IF EXISTS " + view.h2Name() + " CASCADE");
    }
  }

  /** Makes the H2 views that are missing, where what they read is there. */
  void mend() throws SQLException {
    List<Table> missing = new ArrayList<>();
    for (Database database : work.catalog().databases()) {
      for (Table table : work.catalog().tables(database.name())) {
        if (table.kind() == TableKind.VIEW && !work.catalog().isMade(work.h2(), table)) {
          missing.add(table);
        }
      }
    }
    boolean progress = true;
    while (progress && !missing.isEmpty()) {
      progress = missing.removeIf(this::made);
    }
  }

  private boolean made(Table view) {
    try {
      String text = view.viewText();
      if (text == null || !(Parser.parse(text).get(0) instanceof Statement.Select select)) {
        throw new IllegalStateException("not a query: " + text);
      }
      Made made = make(select.query(), givenNames(view, select), view.database(), view.name());
      work.run("DROP VIEW IF EXISTS " + view.h2Name(), made.sql(view));
      if (!made.columns().equals(view.columns())) {
        work.catalog().putTable(view.withColumns(made.columns()));
      }
      return true;
    } catch (SqlError | SQLException e) {
      return false;
    }
  }

  /** The names of a view's column list; none where its query still gives the names it had. */
  private List<String> givenNames(Table view, Statement.Select select) throws SqlError {
    List<String> names = view.columns().stream().map(Column::name).toList();
    List<String> now =
        work
            .translator()
            .translate(select, new Scope(view.database(), work.login(), Map.of()))
            .columns()
            .stream()
            .map(ResultColumn::name)
            .toList();
    return now.stream().noneMatch(String::isEmpty) && now.containsAll(names) ? List.of() : names;
  }
}
