package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Binary;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.Column;
import dev.renkei.standin.tsql.ast.Expression.Variable;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Query.CommonTable;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.Assignment;
import dev.renkei.standin.tsql.ast.Statement.InsertSource;
import dev.renkei.standin.tsql.ast.Statement.MergeAction;
import dev.renkei.standin.tsql.ast.Statement.MergeMatch;
import dev.renkei.standin.tsql.ast.Statement.MergeWhen;
import dev.renkei.standin.tsql.ast.Statement.Output;
import dev.renkei.standin.tsql.ast.TableSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE and MERGE, and WITH before them. */
abstract class ChangeGrammar extends QueryGrammar {
  private static final int MOST_ROWS = 1_000;

  ChangeGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** What stands before a statement: common tables, and the context for Change Tracking. */
  private record Prefix(List<CommonTable> with, @Nullable Expression trackingContext) {}

  abstract Statement.Execute execute() throws SqlError;

  /** A query or a change of rows, with or without WITH. */
  final Statement queryOrChange() throws SqlError {
    int line = line();
    Prefix prefix = accept("WITH") ? prefix() : new Prefix(List.of(), null);
    return switch (peek().word()) {
      case "INSERT" -> insert(prefix, line);
      case "UPDATE" -> update(prefix, line);
      case "DELETE" -> delete(prefix, line);
      case "MERGE" -> merge(prefix, line);
      case "SELECT", "(" -> {
        if (prefix.trackingContext() != null) {
          throw unexpected();
        }
        Query query = query(prefix.with());
        options();
        yield new Statement.Select(query, line);
      }
      default -> throw unexpected();
    };
  }

  private Prefix prefix() throws SqlError {
    if (!accept("CHANGE_TRACKING_CONTEXT", "(")) {
      return new Prefix(commonTables(), null);
    }
    Expression context = value();
    expect(")");
    return new Prefix(accept(",") ? commonTables() : List.of(), context);
  }

  // ---- INSERT ----

  private Statement insert(Prefix prefix, int line) throws SqlError {
    expect("INSERT");
    if (is("BULK")) {
      throw refused("INSERT BULK");
    }
    if (is("TOP")) {
      throw refused("INSERT TOP");
    }
    accept("INTO");
    ObjectName table = target();
    targetHints();
    List<String> columns = is("(") && !isQueryAfterBracket() ? nameList() : List.of();
    Output output = output();
    InsertSource source = insertSource(table);
    options();
    return new Statement.Insert(
        prefix.with(), table, columns, source, output, prefix.trackingContext(), line);
  }

  private boolean isQueryAfterBracket() {
    return peek(1).is("SELECT") || peek(1).is("(");
  }

  private InsertSource insertSource(ObjectName table) throws SqlError {
    switch (peek().word()) {
      case "VALUES" -> {
        List<List<Expression>> rows = rows(true);
        if (rows.size() > MOST_ROWS) {
          throw error(
              10738,
              "The number of row value expressions in the INSERT statement exceeds the maximum"
                  + " allowed number of 1000 row values.");
        }
        return new Statement.InsertValues(rows);
      }
      case "DEFAULT" -> {
        next();
        expect("VALUES");
        return new Statement.InsertDefaults();
      }
      case "EXEC", "EXECUTE" -> {
        if (!table.name().startsWith("@")) {
          throw refused("INSERT .. EXEC into a table (only into a table variable)");
        }
        return new Statement.InsertExecute(execute());
      }
      case "SELECT", "(" -> {
        return new Statement.InsertQuery(query(List.of()));
      }
      default -> throw unexpected();
    }
  }

  private @Nullable Output output() throws SqlError {
    if (!accept("OUTPUT")) {
      return null;
    }
    List<Query.SelectItem> items = selectItems();
    if (items.stream().anyMatch(Query.Assign.class::isInstance)) {
      throw unexpected();
    }
    if (is("INTO")) {
      throw refused("OUTPUT .. INTO");
    }
    return new Output(items);
  }

  // ---- UPDATE ----

  private Statement update(Prefix prefix, int line) throws SqlError {
    expect("UPDATE");
    if (is("STATISTICS")) {
      throw refused("UPDATE STATISTICS");
    }
    Query.Top top = top();
    ObjectName target = target();
    targetHints();
    expect("SET");
    List<Assignment> assignments = assignments(target.name());
    Output output = output();
    List<TableSource> from = from();
    Expression where = where();
    options();
    return new Statement.Update(
        prefix.with(),
        target,
        top,
        assignments,
        from,
        where,
        output,
        prefix.trackingContext(),
        line);
  }

  private List<Assignment> assignments(String... targetNames) throws SqlError {
    List<Assignment> assignments = new ArrayList<>();
    do {
      assignments.add(assignment(targetNames));
    } while (accept(","));
    return assignments;
  }

  private Assignment assignment(String... targetNames) throws SqlError {
    if (!isKind(Kind.VARIABLE)) {
      return columnAssignment(null, targetNames);
    }
    String variable = next().text();
    boolean both = is("=") && peek(1).isName() && (peek(2).is("=") || peek(2).is("."));
    if (both && isColumnAssignedToo()) {
      expect("=");
      return columnAssignment(variable, targetNames);
    }
    return new Assignment("", variable, assigned(new Variable(variable)));
  }

  /** Whether {@code = a.b = ..} follows. */
  private boolean isColumnAssignedToo() {
    int ahead = 1;
    while (peek(ahead).isName() && peek(ahead + 1).is(".")) {
      ahead += 2;
    }
    return peek(ahead).isName() && peek(ahead + 1).is("=");
  }

  private Assignment columnAssignment(@Nullable String variable, String... targetNames)
      throws SqlError {
    List<String> parts = nameParts();
    if (is("(")) {
      throw refused("methods in SET, such as .WRITE");
    }
    int last = parts.size() - 1;
    if (last > 0 && !isOneOfNames(parts.get(last - 1), targetNames)) {
      throw new SqlError(
              4104,
              1,
              16,
              "The multi-part identifier \"%s\" could not be bound."
                  .formatted(String.join(".", parts)))
          .at(line());
    }
    Column column = new Column(parts.subList(0, last), parts.get(last));
    BinaryOperator compound = compoundAssignment();
    if (compound != null) {
      return new Assignment(column.name(), variable, new Binary(compound, column, value()));
    }
    expect("=");
    return new Assignment(column.name(), variable, valueOrDefault());
  }

  private static boolean isOneOfNames(String name, String... names) {
    for (String candidate : names) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  // ---- DELETE ----

  private Statement delete(Prefix prefix, int line) throws SqlError {
    expect("DELETE");
    Query.Top top = top();
    accept("FROM");
    ObjectName target = target();
    targetHints();
    Output output = output();
    List<TableSource> from = from();
    Expression where = where();
    options();
    return new Statement.Delete(
        prefix.with(), target, top, from, where, output, prefix.trackingContext(), line);
  }

  // ---- MERGE ----

  private Statement merge(Prefix prefix, int line) throws SqlError {
    expect("MERGE");
    if (is("TOP")) {
      throw refused("MERGE TOP");
    }
    accept("INTO");
    ObjectName target = target();
    targetHints();
    String alias = optionalAlias();
    targetHints();
    expect("USING");
    TableSource source = simpleSource();
    expect("ON");
    Expression on = condition();
    List<MergeWhen> whens = new ArrayList<>();
    while (accept("WHEN")) {
      whens.add(mergeWhen(target.name(), alias == null ? target.name() : alias));
    }
    if (whens.isEmpty()) {
      throw unexpected();
    }
    if (is("OUTPUT")) {
      throw refused("MERGE .. OUTPUT");
    }
    options();
    if (!is(";")) {
      throw error(10713, "A MERGE statement must be terminated by a semi-colon (;).");
    }
    return new Statement.Merge(
        prefix.with(), target, alias, source, on, whens, prefix.trackingContext(), line);
  }

  private MergeWhen mergeWhen(String... targetNames) throws SqlError {
    MergeMatch match = mergeMatch();
    Expression condition = accept("AND") ? condition() : null;
    expect("THEN");
    MergeAction action =
        match == MergeMatch.NOT_MATCHED_BY_TARGET ? mergeInsert() : mergeChange(targetNames);
    return new MergeWhen(match, condition, action);
  }

  private MergeMatch mergeMatch() throws SqlError {
    if (accept("MATCHED")) {
      return MergeMatch.MATCHED;
    }
    expect("NOT");
    expect("MATCHED");
    if (accept("BY", "SOURCE")) {
      return MergeMatch.NOT_MATCHED_BY_SOURCE;
    }
    if (accept("BY")) {
      expect("TARGET");
    }
    return MergeMatch.NOT_MATCHED_BY_TARGET;
  }

  private MergeAction mergeChange(String... targetNames) throws SqlError {
    if (accept("DELETE")) {
      return new Statement.MergeDelete();
    }
    expect("UPDATE");
    expect("SET");
    return new Statement.MergeUpdate(assignments(targetNames));
  }

  private MergeAction mergeInsert() throws SqlError {
    expect("INSERT");
    List<String> columns = is("(") ? nameList() : List.of();
    if (is("DEFAULT")) {
      throw refused("INSERT DEFAULT VALUES in MERGE");
    }
    List<List<Expression>> rows = rows(true);
    if (rows.size() > 1) {
      throw unexpected();
    }
    return new Statement.MergeInsert(columns, rows.get(0));
  }
}
