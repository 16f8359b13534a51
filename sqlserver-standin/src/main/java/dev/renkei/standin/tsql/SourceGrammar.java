package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Unary;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.TableSource;
import dev.renkei.standin.tsql.ast.TableSource.JoinKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in FROM: tables, derived tables, joins, CHANGETABLE. */
abstract class SourceGrammar extends HintGrammar {
  SourceGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** {@code FROM a, b JOIN c ..}; empty where FROM does not follow. */
  final List<TableSource> from() throws SqlError {
    if (!accept("FROM")) {
      return List.of();
    }
    List<TableSource> sources = new ArrayList<>();
    do {
      sources.add(source());
    } while (accept(","));
    return sources;
  }

  private TableSource source() throws SqlError {
    enter(5);
    TableSource left = simpleSource();
    JoinKind kind = joinKind();
    int joins = 0;
    while (kind != null) {
      checkLength(++joins);
      left = joined(kind, left);
      kind = joinKind();
    }
    leave(5);
    return left;
  }

  /** The rest of a join, its kind having been read. */
  private TableSource joined(JoinKind kind, TableSource left) throws SqlError {
    enter(2);
    TableSource right = simpleSource();
    Expression on = null;
    switch (kind) {
      case INNER, LEFT, RIGHT, FULL -> {
        // a JOIN b JOIN c ON .. ON ..: the inner join is the right side of the outer one.
        while (!is("ON")) {
          JoinKind inner = joinKind();
          if (inner == null) {
            throw unexpected();
          }
          right = joined(inner, right);
        }
        expect("ON");
        on = condition();
      }
      case CROSS, CROSS_APPLY, OUTER_APPLY -> {}
    }
    leave(2);
    return new TableSource.Join(kind, left, right, on);
  }

  /** Takes the words of a join; null where none follows. */
  private @Nullable JoinKind joinKind() throws SqlError {
    switch (peek().word()) {
      case "JOIN" -> {
        next();
        return JoinKind.INNER;
      }
      case "INNER" -> {
        return join(JoinKind.INNER);
      }
      case "LEFT" -> {
        return join(JoinKind.LEFT);
      }
      case "RIGHT" -> {
        return join(JoinKind.RIGHT);
      }
      case "FULL" -> {
        return join(JoinKind.FULL);
      }
      case "CROSS" -> {
        next();
        if (accept("APPLY")) {
          return JoinKind.CROSS_APPLY;
        }
        expect("JOIN");
        return JoinKind.CROSS;
      }
      case "OUTER" -> {
        next();
        expect("APPLY");
        return JoinKind.OUTER_APPLY;
      }
      default -> {
        return null;
      }
    }
  }

  private JoinKind join(JoinKind kind) throws SqlError {
    next();
    if (kind != JoinKind.INNER) {
      accept("OUTER");
    }
    if (isOneOf("LOOP", "HASH", "MERGE", "REMOTE")) {
      next();
    }
    expect("JOIN");
    return kind;
  }

  /** A source without joins around it; also the source of MERGE. */
  final TableSource simpleSource() throws SqlError {
    TableSource source = is("(") ? bracketedSource() : namedSource();
    if (is("PIVOT") || is("UNPIVOT") || is("TABLESAMPLE")) {
      throw refused(peek().word());
    }
    if (is("FOR", "SYSTEM_TIME")) {
      throw refused("FOR SYSTEM_TIME");
    }
    return source;
  }

  private TableSource bracketedSource() throws SqlError {
    if (peek(1).is("VALUES")) {
      expect("(");
      List<List<Expression>> rows = rows(false);
      expect(")");
      return new TableSource.Values(rows, requiredAlias(), aliasColumns());
    }
    if (peek(1).is("SELECT") || isQueryInMoreBrackets()) {
      expect("(");
      Query query = subquery();
      expect(")");
      return new TableSource.Derived(query, requiredAlias(), aliasColumns());
    }
    expect("(");
    TableSource inner = source();
    expect(")");
    return inner;
  }

  /**
   * Whether {@code ((SELECT ..)} goes on as a query, such as {@code ((SELECT ..) UNION ..) AS t},
   * and not as a join of derived tables in brackets.
   */
  private boolean isQueryInMoreBrackets() {
    int inner = 1;
    while (peek(inner).is("(")) {
      inner++;
    }
    if (inner == 1 || !peek(inner).is("SELECT")) {
      return false;
    }
    for (int open = inner - 1; open > 0; open--) {
      Token behind = peek(closing(open) + 1);
      if (!behind.is(")")) {
        return behind.is("UNION")
            || behind.is("EXCEPT")
            || behind.is("INTERSECT")
            || behind.is("ORDER");
      }
    }
    return true;
  }

  private TableSource namedSource() throws SqlError {
    if (isKind(Kind.VARIABLE)) {
      ObjectName name = new ObjectName(List.of(next().text()));
      refuseMethod();
      return new TableSource.Table(name, optionalAlias(), tableHints());
    }
    if (is("CHANGETABLE", "(")) {
      return changeTable();
    }
    refuseRowsetFunction();
    if (is("::")) {
      throw refused("functions called with ::");
    }
    ObjectName name = objectName();
    if (is("(") && !isBareHints()) {
      return functionCall(name);
    }
    if (is("FOR", "SYSTEM_TIME")) {
      throw refused("FOR SYSTEM_TIME");
    }
    List<String> early = isBareHints() ? tableHints() : List.of();
    String alias = optionalAlias();
    return new TableSource.Table(name, alias, early.isEmpty() ? tableHints() : early);
  }

  private void refuseMethod() throws SqlError {
    if (is(".")) {
      throw refused("methods of variables");
    }
  }

  private TableSource functionCall(ObjectName name) throws SqlError {
    expect("(");
    List<Expression> arguments = is(")") ? List.of() : values();
    expect(")");
    if (is("WITH", "(")) {
      throw refused("WITH behind the function " + name);
    }
    String alias = optionalAlias();
    return new TableSource.FunctionCall(
        name, arguments, alias == null ? name.name() : alias, aliasColumns());
  }

  // ---- CHANGETABLE ----

  private TableSource changeTable() throws SqlError {
    expect("CHANGETABLE");
    expect("(");
    if (accept("CHANGES")) {
      ObjectName table = objectName();
      expect(",");
      Expression since = sinceVersion();
      if (accept(",")) {
        // A hint for the optimizer since SQL Server 2016 SP2.
        expect("FORCESEEK");
      }
      expect(")");
      return new TableSource.Changes(table, since, trackingAlias(), aliasColumns());
    }
    expect("VERSION");
    ObjectName table = objectName();
    expect(",");
    List<String> keys = nameList();
    expect(",");
    expect("(");
    List<Expression> values = values();
    expect(")");
    if (accept(",")) {
      expect("FORCESEEK");
    }
    expect(")");
    return new TableSource.RowVersion(table, keys, values, trackingAlias(), aliasColumns());
  }

  /** A literal, a variable or NULL; SQL Server takes no expression here. */
  private Expression sinceVersion() throws SqlError {
    if (accept("NULL")) {
      return new Expression.NullLiteral();
    }
    if (isKind(Kind.VARIABLE)) {
      return new Expression.Variable(next().text());
    }
    boolean negative = accept("-");
    if (!isKind(Kind.NUMBER) || peek().text().indexOf('.') >= 0) {
      throw unexpected();
    }
    Expression version = new Expression.NumberLiteral(new BigDecimal(next().text()));
    return negative ? new Unary(UnaryOperator.MINUS, version) : version;
  }

  private String trackingAlias() throws SqlError {
    String alias = optionalAlias();
    if (alias == null) {
      throw error(22104, "A table returned by the CHANGETABLE function must be aliased.");
    }
    return alias;
  }

  // ---- aliases ----

  private String requiredAlias() throws SqlError {
    String alias = optionalAlias();
    if (alias == null) {
      throw unexpected();
    }
    return alias;
  }

  /** {@code AS t} or {@code t}; null where no name follows. */
  final @Nullable String optionalAlias() throws SqlError {
    if (accept("AS")) {
      return name();
    }
    return isName() && !is("USING") ? next().text() : null;
  }

  /** {@code (a, b)} behind an alias; empty without. */
  final List<String> aliasColumns() throws SqlError {
    return is("(") && !isBareHints() ? nameList() : List.of();
  }

  /** {@code VALUES (..), (..)}; rows of one length. */
  final List<List<Expression>> rows(boolean defaults) throws SqlError {
    expect("VALUES");
    List<List<Expression>> rows = new ArrayList<>();
    do {
      expect("(");
      rows.add(row(defaults));
      expect(")");
    } while (accept(","));
    int columns = rows.get(0).size();
    if (rows.stream().anyMatch(row -> row.size() != columns)) {
      throw error(
          10709,
          "The number of columns for each row in a table value constructor must be the same.");
    }
    return rows;
  }

  private List<Expression> row(boolean defaults) throws SqlError {
    List<Expression> row = new ArrayList<>();
    do {
      row.add(defaults ? valueOrDefault() : value());
    } while (accept(","));
    return row;
  }

  final Expression valueOrDefault() throws SqlError {
    return accept("DEFAULT") ? dev.renkei.standin.tsql.ast.Statement.DEFAULT_VALUE : value();
  }
}
