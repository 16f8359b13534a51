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
import java.util.ArrayList;
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

  private Expression expression(int minimum) throws SqlError {
    enter(2);
    Expression left = prefixed(minimum);
    while (true) {
      int level = level(peek().word());
      if (level == 0 || level < minimum) {
        leave(2);
        return left;
      }
      left =
          switch (level) {
            case OR, AND -> chain(level, left);
            case COMPARISON -> predicate(scalar(left));
            default -> arithmetic(level, scalar(left));
          };
    }
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

  private Expression prefixed(int minimum) throws SqlError {
    switch (peek().word()) {
      case "NOT" -> {
        if (minimum > NOT) {
          throw unexpected();
        }
        next();
        return new Unary(UnaryOperator.NOT, truth(expression(NOT)));
      }
      case "EXISTS" -> {
        if (minimum > COMPARISON) {
          throw unexpected();
        }
        next();
        return new Exists(queryInBrackets());
      }
      case "-" -> {
        next();
        return new Unary(UnaryOperator.MINUS, scalar(expression(MULTIPLICATIVE)));
      }
      case "+" -> {
        next();
        return new Unary(UnaryOperator.PLUS, scalar(expression(MULTIPLICATIVE)));
      }
      case "~" -> {
        next();
        return new Unary(UnaryOperator.BIT_NOT, scalar(expression(UNARY)));
      }
      default -> {
        return operand();
      }
    }
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

  /**
   * {@code a AND b AND c ..}, taken whole. The order of terms is kept but the tree is balanced, so
   * that thousands of terms are no deep tree for whoever walks it.
   */
  private Expression chain(int level, Expression first) throws SqlError {
    BinaryOperator operator = level == OR ? BinaryOperator.OR : BinaryOperator.AND;
    List<Expression> terms = new ArrayList<>();
    spread(operator, truth(first), terms);
    while (accept(operator.name())) {
      spread(operator, truth(expression(level + 1)), terms);
    }
    return balanced(operator, terms);
  }

  private static void spread(BinaryOperator operator, Expression term, List<Expression> terms) {
    if (term instanceof Binary binary && binary.operator() == operator) {
      spread(operator, binary.left(), terms);
      spread(operator, binary.right(), terms);
    } else {
      terms.add(term);
    }
  }

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
    if (is("ALL") || is("ANY") || is("SOME")) {
      boolean all = next().is("ALL");
      return new Quantified(operator, left, all, queryInBrackets());
    }
    return new Binary(operator, left, value());
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

  private Expression arithmetic(int level, Expression left) throws SqlError {
    BinaryOperator operator =
        switch (next().word()) {
          case "+" -> BinaryOperator.ADD;
          case "-" -> BinaryOperator.SUBTRACT;
          case "*" -> BinaryOperator.MULTIPLY;
          case "/" -> BinaryOperator.DIVIDE;
          case "%" -> BinaryOperator.MODULO;
          case "&" -> BinaryOperator.BIT_AND;
          case "|" -> BinaryOperator.BIT_OR;
          default -> BinaryOperator.BIT_XOR;
        };
    return new Binary(operator, left, scalar(expression(level + 1)));
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
  final Expression bracketed() throws SqlError {
    expect("(");
    Expression inner;
    if (is("SELECT")) {
      inner = new Scalar(subquery());
    } else {
      inner = expression(OR);
      if (inner instanceof Scalar scalar && isSetOperator()) {
        inner = new Scalar(subqueryAfter(scalar.query()));
      }
    }
    expect(")");
    return inner;
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
