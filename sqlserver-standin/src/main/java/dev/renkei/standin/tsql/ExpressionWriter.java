package dev.renkei.standin.tsql;

import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Between;
import dev.renkei.standin.tsql.ast.Expression.Binary;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.Call;
import dev.renkei.standin.tsql.ast.Expression.Case;
import dev.renkei.standin.tsql.ast.Expression.Cast;
import dev.renkei.standin.tsql.ast.Expression.InList;
import dev.renkei.standin.tsql.ast.Expression.InQuery;
import dev.renkei.standin.tsql.ast.Expression.IsNull;
import dev.renkei.standin.tsql.ast.Expression.Like;
import dev.renkei.standin.tsql.ast.Expression.Quantified;
import dev.renkei.standin.tsql.ast.Expression.Unary;
import dev.renkei.standin.tsql.ast.Expression.UnaryOperator;
import dev.renkei.standin.tsql.ast.Expression.When;
import dev.renkei.standin.tsql.ast.Expression.Window;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Writes expressions, with brackets only where the grammar needs them. */
abstract class ExpressionWriter {
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  private static final int COMPARISON = 4;
  private static final int ADDITIVE = 5;
  private static final int MULTIPLICATIVE = 6;
  private static final int UNARY = 7;
  private static final int OPERAND = 8;

  /** Functions that are called without brackets. */
  private static final Set<String> BARE =
      Set.of("CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER");

  final StringBuilder out = new StringBuilder();

  abstract void query(Query query);

  final String text() {
    return out.toString();
  }

  // ---- names ----

  /** A name, in brackets where it could not stand without. */
  static String quoted(String name) {
    return isPlain(name) && !Words.isReserved(Words.upper(name))
        ? name
        : "[" + name.replace("]", "]]") + "]";
  }

  private static boolean isPlain(String name) {
    if (name.isEmpty()) {
      return false;
    }
    int first = name.codePointAt(0);
    boolean pseudo = first == '$' && name.length() > 1 && Words.isNameStart(name.charAt(1));
    return (pseudo || Words.isNameStart(first))
        && name.codePoints().skip(1).allMatch(Words::isNamePart);
  }

  /** Parts joined by points; an empty part is a default, a variable stands for itself. */
  final void name(List<String> parts) {
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      out.append(i == 0 ? "" : ".");
      out.append(part.isEmpty() || part.startsWith("@") ? part : quoted(part));
    }
  }

  final void nameList(List<String> names) {
    out.append('(');
    joined(names, name -> out.append(quoted(name)));
    out.append(')');
  }

  final <T> void joined(List<T> things, Consumer<T> write) {
    for (int i = 0; i < things.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      write.accept(things.get(i));
    }
  }

  final void type(TypeName type) {
    if (type.name().parts().equals(List.of("double precision"))) {
      out.append("double precision");
      return;
    }
    name(type.name().parts());
    if (!type.arguments().isEmpty()) {
      out.append('(').append(String.join(", ", type.arguments())).append(')');
    }
  }

  // ---- expressions ----

  final void expression(Expression expression) {
    write(expression, OR);
  }

  final void expressions(List<Expression> expressions) {
    joined(expressions, this::expression);
  }

  /**
   * Writes an expression where one of at least that level must stand. Arithmetic is followed to its
   * last operand in a loop, so that a thousand brackets or terms take no stack.
   */
  private void write(Expression expression, int level) {
    Expression tail = expression;
    int required = level;
    int brackets = 0;
    while (true) {
      int own = level(tail);
      if (own < required) {
        out.append('(');
        brackets++;
      }
      if (tail instanceof Binary binary && own >= ADDITIVE) {
        tail = allButLastOperand(binary, own);
        required = own + 1;
      } else {
        bare(tail);
        out.append(")".repeat(brackets));
        return;
      }
    }
  }

  /** Writes a chain such as {@code a + b - c} up to its last operand, which it returns. */
  private Expression allButLastOperand(Binary chain, int level) {
    Deque<Binary> operations = new ArrayDeque<>();
    Expression first = chain;
    while (first instanceof Binary binary && level(binary.operator()) == level) {
      operations.push(binary);
      first = binary.left();
    }
    write(first, level);
    for (Binary operation : operations) {
      out.append(' ').append(symbol(operation.operator())).append(' ');
      if (operation != chain) {
        write(operation.right(), level + 1);
      }
    }
    return chain.right();
  }

  private static int level(Expression expression) {
    if (expression instanceof Binary binary) {
      return level(binary.operator());
    }
    if (expression instanceof Unary unary) {
      return switch (unary.operator()) {
        case NOT -> NOT;
        // A sign takes a whole product for its operand.
        case MINUS, PLUS -> ADDITIVE;
        case BIT_NOT -> UNARY;
      };
    }
    boolean predicate =
        expression instanceof IsNull
            || expression instanceof Between
            || expression instanceof Like
            || expression instanceof InList
            || expression instanceof InQuery
            || expression instanceof Quantified;
    return predicate ? COMPARISON : OPERAND;
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

  private static String symbol(BinaryOperator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
      case DIVIDE -> "/";
      case MODULO -> "%";
      case BIT_AND -> "&";
      case BIT_OR -> "|";
      case BIT_XOR -> "^";
      case EQUAL -> "=";
      case NOT_EQUAL -> "<>";
      case LESS -> "<";
      case LESS_OR_EQUAL -> "<=";
      case GREATER -> ">";
      case GREATER_OR_EQUAL -> ">=";
      case AND -> "AND";
      case OR -> "OR";
    };
  }

  private void bare(Expression expression) {
    if (expression instanceof Expression.NullLiteral) {
      out.append("NULL");
    } else if (expression instanceof Expression.StringLiteral literal) {
      out.append(literal.national() ? "N'" : "'").append(escaped(literal.value())).append('\'');
    } else if (expression instanceof Expression.NumberLiteral literal) {
      out.append(literal.value().toPlainString());
    } else if (expression instanceof Expression.FloatLiteral literal) {
      String digits = Double.toString(literal.value());
      out.append(digits).append(digits.indexOf('E') < 0 ? "E0" : "");
    } else if (expression instanceof Expression.MoneyLiteral literal) {
      out.append('$').append(literal.value().toPlainString());
    } else if (expression instanceof Expression.BinaryLiteral literal) {
      out.append("0x").append(HexFormat.of().withUpperCase().formatHex(literal.value()));
    } else if (expression instanceof Expression.Variable variable) {
      out.append(variable.name());
    } else if (expression instanceof Expression.Column column) {
      name(column.qualifier());
      out.append(column.qualifier().isEmpty() ? "" : ".").append(quoted(column.name()));
    } else if (expression instanceof Unary unary) {
      unary(unary);
    } else if (expression instanceof Binary binary) {
      binary(binary);
    } else if (expression instanceof Case choice) {
      caseExpression(choice);
    } else if (expression instanceof Cast cast) {
      cast(cast);
    } else if (expression instanceof Expression.Collate collate) {
      write(collate.operand(), OPERAND);
      out.append(" COLLATE ").append(quoted(collate.collation()));
    } else if (expression instanceof Call call) {
      call(call);
    } else if (expression instanceof Expression.Exists exists) {
      out.append("EXISTS ");
      bracketed(exists.query());
    } else if (expression instanceof Expression.Scalar scalar) {
      bracketed(scalar.query());
    } else {
      predicate(expression);
    }
  }

  /** Text as it stands between quotes; a backslash at the end of a line would join the lines. */
  private static String escaped(String value) {
    String doubled = value.replace("'", "''");
    return doubled.indexOf('\\') < 0
        ? doubled
        : doubled.replace("\\\r\n", "\\\\\r\n\r\n").replace("\\\n", "\\\\\n\n");
  }

  private void bracketed(Query query) {
    out.append('(');
    query(query);
    out.append(')');
  }

  private void unary(Unary unary) {
    switch (unary.operator()) {
      case NOT -> {
        out.append("NOT ");
        write(unary.operand(), NOT);
      }
      case BIT_NOT -> {
        out.append('~');
        write(unary.operand(), UNARY);
      }
      case MINUS, PLUS -> {
        out.append(unary.operator() == UnaryOperator.MINUS ? '-' : '+');
        write(unary.operand(), MULTIPLICATIVE);
      }
    }
  }

  private void binary(Binary binary) {
    int level = level(binary.operator());
    // AND and OR are associative and the parser balances them: their shape needs no brackets.
    int right = level <= AND ? level : level + 1;
    write(binary.left(), level == COMPARISON ? ADDITIVE : level);
    out.append(' ').append(symbol(binary.operator())).append(' ');
    write(binary.right(), right);
  }

  private void predicate(Expression expression) {
    if (expression instanceof IsNull test) {
      write(test.operand(), ADDITIVE);
      out.append(test.negated() ? " IS NOT NULL" : " IS NULL");
    } else if (expression instanceof Between between) {
      write(between.operand(), ADDITIVE);
      out.append(between.negated() ? " NOT BETWEEN " : " BETWEEN ");
      write(between.low(), ADDITIVE);
      out.append(" AND ");
      write(between.high(), ADDITIVE);
    } else if (expression instanceof Like like) {
      write(like.operand(), ADDITIVE);
      out.append(like.negated() ? " NOT LIKE " : " LIKE ");
      write(like.pattern(), ADDITIVE);
      if (like.escape() != null) {
        out.append(" ESCAPE ");
        write(like.escape(), ADDITIVE);
      }
    } else if (expression instanceof InList in) {
      write(in.operand(), ADDITIVE);
      out.append(in.negated() ? " NOT IN (" : " IN (");
      expressions(in.values());
      out.append(')');
    } else if (expression instanceof InQuery in) {
      write(in.operand(), ADDITIVE);
      out.append(in.negated() ? " NOT IN " : " IN ");
      bracketed(in.query());
    } else if (expression instanceof Quantified quantified) {
      write(quantified.left(), ADDITIVE);
      out.append(' ').append(symbol(quantified.operator()));
      out.append(quantified.all() ? " ALL " : " ANY ");
      bracketed(quantified.query());
    } else {
      throw new IllegalStateException("no text for " + expression);
    }
  }

  private void caseExpression(Case choice) {
    out.append("CASE");
    if (choice.operand() != null) {
      out.append(' ');
      expression(choice.operand());
    }
    for (When when : choice.whens()) {
      out.append(" WHEN ");
      expression(when.condition());
      out.append(" THEN ");
      expression(when.result());
    }
    if (choice.otherwise() != null) {
      out.append(" ELSE ");
      expression(choice.otherwise());
    }
    out.append(" END");
  }

  private void cast(Cast cast) {
    String attempt = cast.tryCast() ? "TRY_" : "";
    if (cast.style() == null) {
      out.append(attempt).append("CAST(");
      expression(cast.operand());
      out.append(" AS ");
      type(cast.type());
    } else {
      out.append(attempt).append("CONVERT(");
      type(cast.type());
      out.append(", ");
      expression(cast.operand());
      out.append(", ");
      expression(cast.style());
    }
    out.append(')');
  }

  private void call(Call call) {
    if (call.equals(Statement.DEFAULT_VALUE)) {
      out.append("DEFAULT");
      return;
    }
    function(call.name());
    if (call.name().parts().size() == 1 && BARE.contains(Words.upper(call.name().name()))) {
      return;
    }
    out.append('(').append(call.distinct() ? "DISTINCT " : "").append(call.star() ? "*" : "");
    expressions(call.arguments());
    out.append(')');
    if (call.window() != null) {
      window(call.window());
    }
  }

  /** The name of a function: built-in ones such as LEFT may be reserved words. */
  final void function(ObjectName name) {
    if (name.parts().size() == 1 && isPlain(name.name())) {
      out.append(name.name());
    } else {
      name(name.parts());
    }
  }

  private void window(Window window) {
    out.append(" OVER (");
    String space = "";
    if (!window.partitionBy().isEmpty()) {
      out.append("PARTITION BY ");
      expressions(window.partitionBy());
      space = " ";
    }
    if (!window.orderBy().isEmpty()) {
      out.append(space);
      orderBy(window.orderBy());
      space = " ";
    }
    if (window.frame() != null) {
      out.append(space).append(window.frame());
    }
    out.append(')');
  }

  final void orderBy(List<Query.OrderItem> items) {
    out.append("ORDER BY ");
    joined(
        items,
        item -> {
          expression(item.expression());
          out.append(item.descending() ? " DESC" : "");
        });
  }
}
