package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Between;
import dev.renkei.standin.tsql.ast.Expression.Binary;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.Exists;
import dev.renkei.standin.tsql.ast.Expression.InList;
import dev.renkei.standin.tsql.ast.Expression.InQuery;
import dev.renkei.standin.tsql.ast.Expression.IsNull;
import dev.renkei.standin.tsql.ast.Expression.Like;
import dev.renkei.standin.tsql.ast.Expression.Quantified;
import dev.renkei.standin.tsql.ast.Expression.Scalar;
import dev.renkei.standin.tsql.ast.Expression.Unary;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import dev.renkei.standin.tsql.ast.Query;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operators, by precedence. A sign binds less tightly than {@code *} and {@code /}, as in SQL
 * Server, where {@code -100.0 / -100.0 * 10} is 0.1.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/language-elements/operator-precedence-transact-sql">Operator
 *     precedence</a>
 */
abstract class ExpressionGrammar extends OperandGrammar {
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  private static final int COMPARISON = 4;
  private static final int ADDITIVE = 5;
  private static final int MULTIPLICATIVE = 6;
  private static final int UNARY = 7;

  /** Brackets, signs and operators within each other in one expression. */
  private static final int MOST_PENDING = 2_200;

  private static final int MOST_SIGNS = 1_100;

  ExpressionGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** A query without WITH and OPTION, inside brackets. */
  abstract Query subquery() throws SqlError;

  /** Goes on with a query whose first part, in brackets, has been read already. */
  abstract Query subqueryAfter(Query first) throws SqlError;

  @Override
  final Expression value() throws SqlError {
    return scalar(expression(ADDITIVE));
  }

  @Override
  final Expression condition() throws SqlError {
    return truth(expression(OR));
  }

  /** A condition or a value, whichever the text holds. */
  final Expression anyExpression() throws SqlError {
    return expression(OR);
  }

  // ---- the machine ----

  /**
   * Something begun whose right side is still to be read, and how tightly operators had to bind
   * outside of it.
   */
  private sealed interface Pending {
    int outside();
  }

  private record PendingSign(UnaryOperator operator, int outside) implements Pending {}

  private record PendingOperation(BinaryOperator operator, Expression left, int outside)
      implements Pending {}

  /** {@code a AND b AND ..}: the terms so far. */
  private record PendingChain(BinaryOperator operator, List<Expression> terms, int outside)
      implements Pending {}

  private record PendingBracket(int outside) implements Pending {}

  /**
   * Reads an expression whose operators bind at least so tightly. What is pending lies on a stack
   * of its own, so that thousands of brackets and signs take nothing from the thread's.
   */
  private Expression expression(int minimum) throws SqlError {
    enter(5);
    Deque<Pending> pending = new ArrayDeque<>();
    int inside = minimum;
    int operations = 0;
    while (true) {
      Pending prefix = prefix(inside);
      if (prefix != null) {
        push(pending, prefix);
        inside = insideOf(prefix);
        continue;
      }
      Expression left = is("EXISTS") ? exists(inside) : operand();
      while (true) {
        int level = level(peek().word());
        if (level != 0 && level >= inside) {
          if (level == COMPARISON && !isComparison(peek().word())) {
            left = predicate(scalar(left));
            continue;
          }
          if (level > AND) {
            checkLength(++operations);
          }
          Pending operation = operation(level, left, inside);
          push(pending, operation);
          inside = insideOf(operation);
          break;
        }
        Pending innermost = pending.peek();
        if (innermost == null) {
          leave(5);
          return left;
        }
        if (innermost instanceof PendingChain chain) {
          spread(chain.operator(), truth(left), chain.terms());
          if (accept(chain.operator().name())) {
            break;
          }
        }
        left = completed(innermost, left);
        inside = pending.pop().outside();
      }
    }
  }

  private void push(Deque<Pending> pending, Pending next) throws SqlError {
    pending.push(next);
    if (pending.size() > (next instanceof PendingSign ? MOST_SIGNS : MOST_PENDING)) {
      throw tooDeep();
    }
  }

  /** How tightly operators must bind to belong to the right side of something. */
  private static int insideOf(Pending pending) {
    if (pending instanceof PendingSign sign) {
      return switch (sign.operator()) {
        case NOT -> NOT;
        case MINUS, PLUS -> MULTIPLICATIVE;
        case BIT_NOT -> UNARY;
      };
    }
    if (pending instanceof PendingOperation operation) {
      int level = level(operation.operator());
      return level == COMPARISON ? ADDITIVE : level + 1;
    }
    if (pending instanceof PendingChain chain) {
      return level(chain.operator()) + 1;
    }
    return OR;
  }

  private static int level(BinaryOperator operator) {
    return switch (operator) {
      case OR -> OR;
      case AND -> AND;
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> COMPARISON;
      case ADD, SUBTRACT, BIT_AND, BIT_OR, BIT_XOR -> ADDITIVE;
      case MULTIPLY, DIVIDE, MODULO -> MULTIPLICATIVE;
    };
  }

  /** Takes a sign, NOT or an opening bracket; null where an operand follows. */
  private @Nullable Pending prefix(int outside) throws SqlError {
    switch (peek().word()) {
      case "NOT" -> {
        if (outside > NOT) {
          throw unexpected();
        }
        next();
        return new PendingSign(UnaryOperator.NOT, outside);
      }
      case "-" -> {
        next();
        return new PendingSign(UnaryOperator.MINUS, outside);
      }
      case "+" -> {
        next();
        return new PendingSign(UnaryOperator.PLUS, outside);
      }
      case "~" -> {
        next();
        return new PendingSign(UnaryOperator.BIT_NOT, outside);
      }
      case "(" -> {
        if (peek(1).is("SELECT")) {
          return null;
        }
        next();
        return new PendingBracket(outside);
      }
      default -> {
        return null;
      }
    }
  }

  /** Takes an operator whose left side has been read. */
  private Pending operation(int level, Expression left, int outside) throws SqlError {
    if (level <= AND) {
      BinaryOperator operator = next().is("OR") ? BinaryOperator.OR : BinaryOperator.AND;
      List<Expression> terms = new ArrayList<>();
      spread(operator, truth(left), terms);
      return new PendingChain(operator, terms, outside);
    }
    scalar(left);
    BinaryOperator operator = level == COMPARISON ? comparison() : arithmetic();
    return new PendingOperation(operator, left, outside);
  }

  /** What was pending, with its right side. */
  private Expression completed(Pending pending, Expression right) throws SqlError {
    if (pending instanceof PendingSign sign) {
      boolean not = sign.operator() == UnaryOperator.NOT;
      return new Unary(sign.operator(), not ? truth(right) : scalar(right));
    }
    if (pending instanceof PendingOperation operation) {
      return new Binary(operation.operator(), operation.left(), scalar(right));
    }
    if (pending instanceof PendingChain chain) {
      return balanced(chain.operator(), chain.terms());
    }
    Expression inner = right;
    if (inner instanceof Scalar scalar && isSetOperator()) {
      inner = new Scalar(subqueryAfter(scalar.query()));
    }
    expect(")");
    return suffixed(inner);
  }

  /** How tightly an operator binds; 0 for what is none. */
  private static int level(String word) {
    return switch (word) {
      case "OR" -> OR;
      case "AND" -> AND;
      case "=",
          "<>",
          "!=",
          "<",
          "<=",
          ">",
          ">=",
          "!<",
          "!>",
          "IS",
          "NOT",
          "IN",
          "LIKE",
          "BETWEEN" ->
          COMPARISON;
      case "+", "-", "&", "|", "^" -> ADDITIVE;
      case "*", "/", "%" -> MULTIPLICATIVE;
      default -> 0;
    };
  }

  private Expression exists(int outside) throws SqlError {
    if (outside > COMPARISON) {
      throw unexpected();
    }
    expect("EXISTS");
    return new Exists(queryInBrackets());
  }

  private Query queryInBrackets() throws SqlError {
    expect("(");
    if (!(is("(") || is("SELECT"))) {
      throw unexpected();
    }
    Query query = subquery();
    expect(")");
    return query;
  }

  // ---- AND, OR ----

  /** Adds a term to those of a chain; a chain in brackets of its own adds all its terms. */
  private static void spread(BinaryOperator operator, Expression term, List<Expression> terms) {
    if (term instanceof Binary binary && binary.operator() == operator) {
      spread(operator, binary.left(), terms);
      spread(operator, binary.right(), terms);
    } else {
      terms.add(term);
    }
  }

  /**
   * The terms of a chain in their order, but as a balanced tree: thousands of terms are then no
   * deep tree for whoever walks it.
   */
  private static Expression balanced(BinaryOperator operator, List<Expression> terms) {
    int size = terms.size();
    if (size == 1) {
      return terms.get(0);
    }
    int middle = (size + 1) / 2;
    return new Binary(
        operator,
        balanced(operator, terms.subList(0, middle)),
        balanced(operator, terms.subList(middle, size)));
  }

  // ---- comparisons ----

  /** Whether a comparison with a value follows, and nothing else of its level. */
  private boolean isComparison(String word) {
    return switch (word) {
      case "IS", "NOT", "IN", "LIKE", "BETWEEN" -> false;
      default -> !(peek(1).is("ALL") || peek(1).is("ANY") || peek(1).is("SOME"));
    };
  }

  private Expression predicate(Expression left) throws SqlError {
    if (accept("IS")) {
      boolean negated = accept("NOT");
      if (is("DISTINCT")) {
        throw refused("IS [NOT] DISTINCT FROM");
      }
      expect("NULL");
      return new IsNull(left, negated);
    }
    boolean negated = accept("NOT");
    if (accept("BETWEEN")) {
      Expression low = value();
      expect("AND");
      return new Between(left, low, value(), negated);
    }
    if (accept("LIKE")) {
      Expression pattern = value();
      return new Like(left, pattern, escape(), negated);
    }
    if (accept("IN")) {
      return in(left, negated);
    }
    if (negated) {
      throw unexpected();
    }
    BinaryOperator operator = comparison();
    boolean all = next().is("ALL");
    return new Quantified(operator, left, all, queryInBrackets());
  }

  /** {@code ESCAPE '!'}, or as ODBC and JDBC write it, in braces. */
  private @Nullable Expression escape() throws SqlError {
    if (accept("{", "ESCAPE")) {
      Expression escape = value();
      expect("}");
      return escape;
    }
    return accept("ESCAPE") ? value() : null;
  }

  private BinaryOperator comparison() throws SqlError {
    BinaryOperator operator =
        switch (peek().word()) {
          case "=" -> BinaryOperator.EQUAL;
          case "<>", "!=" -> BinaryOperator.NOT_EQUAL;
          case "<" -> BinaryOperator.LESS;
          case "<=", "!>" -> BinaryOperator.LESS_OR_EQUAL;
          case ">" -> BinaryOperator.GREATER;
          case ">=", "!<" -> BinaryOperator.GREATER_OR_EQUAL;
          default -> throw unexpected();
        };
    next();
    return operator;
  }

  private Expression in(Expression left, boolean negated) throws SqlError {
    if (peek(1).is("SELECT")) {
      return new InQuery(left, queryInBrackets(), negated);
    }
    expect("(");
    List<Expression> values = values();
    if (values.size() == 1 && values.get(0) instanceof Scalar scalar && isSetOperator()) {
      Query query = subqueryAfter(scalar.query());
      expect(")");
      return new InQuery(left, query, negated);
    }
    expect(")");
    return new InList(left, values, negated);
  }

  // ---- arithmetic ----

  private BinaryOperator arithmetic() {
    return switch (next().word()) {
      case "+" -> BinaryOperator.ADD;
      case "-" -> BinaryOperator.SUBTRACT;
      case "*" -> BinaryOperator.MULTIPLY;
      case "/" -> BinaryOperator.DIVIDE;
      case "%" -> BinaryOperator.MODULO;
      case "&" -> BinaryOperator.BIT_AND;
      case "|" -> BinaryOperator.BIT_OR;
      default -> BinaryOperator.BIT_XOR;
    };
  }

  /** {@code +=} and its kin: the operator, or null where none comes; {@code =} stays. */
  final @Nullable BinaryOperator compoundAssignment() {
    BinaryOperator operator =
        switch (peek().word()) {
          case "+=" -> BinaryOperator.ADD;
          case "-=" -> BinaryOperator.SUBTRACT;
          case "*=" -> BinaryOperator.MULTIPLY;
          case "/=" -> BinaryOperator.DIVIDE;
          case "%=" -> BinaryOperator.MODULO;
          case "&=" -> BinaryOperator.BIT_AND;
          case "|=" -> BinaryOperator.BIT_OR;
          case "^=" -> BinaryOperator.BIT_XOR;
          default -> null;
        };
    if (operator != null) {
      next();
    }
    return operator;
  }

  /** The right side of {@code target = value} or {@code target += value}. */
  final Expression assigned(Expression target) throws SqlError {
    BinaryOperator compound = compoundAssignment();
    if (compound != null) {
      return new Binary(compound, target, value());
    }
    expect("=");
    return value();
  }

  // ---- brackets ----

  @Override
  final Expression scalarQuery() throws SqlError {
    return new Scalar(queryInBrackets());
  }

  final boolean isSetOperator() {
    return is("UNION") || is("EXCEPT") || is("INTERSECT");
  }

  // ---- conditions and values ----

  private Expression scalar(Expression expression) throws SqlError {
    if (isCondition(expression)) {
      throw unexpected();
    }
    return expression;
  }

  private Expression truth(Expression expression) throws SqlError {
    if (!isCondition(expression)) {
      throw error(
          4145,
          "An expression of non-boolean type specified in a context where a condition is expected,"
              + " near '%s'.".formatted(nearby()));
    }
    return expression;
  }

  private String nearby() {
    return atEnd() ? last().text() : peek().text();
  }

  private static boolean isCondition(Expression expression) {
    return expression instanceof Binary binary && isCondition(binary.operator())
        || expression instanceof Unary unary && unary.operator() == UnaryOperator.NOT
        || expression instanceof IsNull
        || expression instanceof Between
        || expression instanceof Like
        || expression instanceof InList
        || expression instanceof InQuery
        || expression instanceof Exists
        || expression instanceof Quantified;
  }

  private static boolean isCondition(BinaryOperator operator) {
    return switch (operator) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, BIT_AND, BIT_OR, BIT_XOR -> false;
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, AND, OR -> true;
    };
  }
}
