package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Call;
import dev.renkei.standin.tsql.ast.Expression.Case;
import dev.renkei.standin.tsql.ast.Expression.Cast;
import dev.renkei.standin.tsql.ast.Expression.Collate;
import dev.renkei.standin.tsql.ast.Expression.Column;
import dev.renkei.standin.tsql.ast.Expression.NumberLiteral;
import dev.renkei.standin.tsql.ast.Expression.When;
import dev.renkei.standin.tsql.ast.Expression.Window;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.TypeName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands between operators: constants, variables, columns, calls, CASE, CAST. */
abstract class OperandGrammar extends NameGrammar {
  private static final int MOST_DIGITS = 38;

  OperandGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** An expression that yields a value, no condition. */
  abstract Expression value() throws SqlError;

  /** An expression that yields true, false or unknown. */
  abstract Expression condition() throws SqlError;

  /** A query in brackets that yields one value. */
  abstract Expression scalarQuery() throws SqlError;

  abstract List<Query.OrderItem> orderBy() throws SqlError;

  /** Values separated by commas. */
  final List<Expression> values() throws SqlError {
    List<Expression> values = new ArrayList<>();
    do {
      values.add(value());
    } while (accept(","));
    return values;
  }

  /** An operand with COLLATE behind it. */
  final Expression operand() throws SqlError {
    return suffixed(primary());
  }

  /** An operand with whatever COLLATE stands behind it. */
  final Expression suffixed(Expression bare) throws SqlError {
    Expression operand = bare;
    while (true) {
      if (accept("COLLATE")) {
        operand = new Collate(operand, name());
      } else if (is(".") || is("::")) {
        throw refused("methods of values (" + peek(1).text() + ")");
      } else if (is("AT", "TIME")) {
        throw refused("AT TIME ZONE");
      } else {
        return operand;
      }
    }
  }

  private Expression primary() throws SqlError {
    Token token = peek();
    return switch (token.kind()) {
      case NUMBER -> number();
      case FLOAT -> floating();
      case MONEY -> new Expression.MoneyLiteral(money(next().text()));
      case BINARY -> binary();
      case STRING -> new Expression.StringLiteral(next().text(), false);
      case NATIONAL_STRING -> new Expression.StringLiteral(next().text(), true);
      case VARIABLE -> new Expression.Variable(next().text());
      case QUOTED -> columnOrCall();
      case WORD -> word(token);
      case SYMBOL -> {
        if (token.is("(")) {
          yield scalarQuery();
        }
        if (token.is("{")) {
          yield odbcEscape();
        }
        throw unexpected();
      }
      case END -> throw unexpected();
    };
  }

  // ---- constants ----

  private Expression number() throws SqlError {
    String digits = peek().text();
    BigDecimal value = new BigDecimal(digits);
    if (value.precision() > MOST_DIGITS || value.scale() > MOST_DIGITS) {
      throw error(
          1007,
          "The number '%s' is out of the range for numeric representation (maximum precision 38)."
              .formatted(digits));
    }
    next();
    if (digits.endsWith(".")) {
      // A point makes a numeric of it, and 1./2 is 0.5: NumberLiteral alone would be an int.
      String precision = Integer.toString(value.precision());
      TypeName numeric = new TypeName(builtIn("numeric"), List.of(precision, "0"));
      return new Cast(new NumberLiteral(value), numeric, null, false);
    }
    return new NumberLiteral(value);
  }

  private Expression floating() throws SqlError {
    String text = peek().text();
    boolean bare = "eE+-".indexOf(text.charAt(text.length() - 1)) >= 0;
    double value = Double.parseDouble(bare ? text + "0" : text);
    if (Double.isInfinite(value)) {
      throw error(
          168,
          "The floating point value '%s' is out of the range of computer representation (8 bytes)."
              .formatted(text));
    }
    next();
    return new Expression.FloatLiteral(value);
  }

  private static BigDecimal money(String digits) {
    return digits.isEmpty() || digits.equals(".") ? BigDecimal.ZERO : new BigDecimal(digits);
  }

  private Expression binary() {
    String digits = next().text();
    String even = digits.length() % 2 == 0 ? digits : "0" + digits;
    return new Expression.BinaryLiteral(HexFormat.of().parseHex(even));
  }

  /** {@code {ts '..'}} and its kin, which SQL Server reads as datetime. */
  private Expression odbcEscape() throws SqlError {
    expect("{");
    Token kind = next();
    if (!kind.is("TS") && !kind.is("D")) {
      throw unexpectedOrRefused("ODBC escapes such as {%s ..}".formatted(kind.text()));
    }
    Expression text = new Expression.StringLiteral(string(), false);
    expect("}");
    return new Cast(text, new TypeName(builtIn("datetime"), List.of()), null, false);
  }

  private static ObjectName builtIn(String name) {
    return new ObjectName(List.of(name));
  }

  // ---- words ----

  private Expression word(Token token) throws SqlError {
    boolean called = peek(1).is("(");
    switch (token.word()) {
      case "NULL" -> {
        next();
        return new Expression.NullLiteral();
      }
      case "CASE" -> {
        return caseExpression();
      }
      case "CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER" -> {
        return new Call(builtIn(next().text()), false, false, List.of(), null);
      }
      case "CONVERT", "TRY_CONVERT" -> {
        return convert();
      }
      case "COALESCE", "NULLIF", "LEFT", "RIGHT" -> {
        next();
        if (!called) {
          throw unexpected();
        }
        return call(builtIn(token.text()));
      }
      case "CONTAINS", "FREETEXT", "IDENTITYCOL", "ROWGUIDCOL", "CURRENT_DATE", "CURRENT_TIME" ->
          throw refused(token.word());
      case "IDENTITY" -> throw called ? refused("the function IDENTITY") : unexpected();
      default -> {
        if (called) {
          switch (token.word()) {
            case "CAST", "TRY_CAST" -> {
              return cast();
            }
            case "IIF" -> {
              return iif();
            }
            case "PARSE", "TRY_PARSE" -> throw refused(token.word());
            default -> {}
          }
        } else if (token.is("NEXT") && is("NEXT", "VALUE") && peek(2).is("FOR")) {
          throw refused("NEXT VALUE FOR");
        }
        return columnOrCall();
      }
    }
  }

  private Expression columnOrCall() throws SqlError {
    List<String> parts = nameParts();
    if (is("(")) {
      return call(objectName(parts));
    }
    if (is("::")) {
      throw refused("methods of types, such as %s::".formatted(String.join(".", parts)));
    }
    int last = parts.size() - 1;
    if (last > 3) {
      throw refused("names of more than four parts, such as " + String.join(".", parts));
    }
    return new Column(parts.subList(0, last), parts.get(last));
  }

  private Expression caseExpression() throws SqlError {
    expect("CASE");
    enter(4);
    Expression operand = is("WHEN") ? null : value();
    List<When> whens = new ArrayList<>();
    while (accept("WHEN")) {
      Expression condition = operand == null ? condition() : value();
      expect("THEN");
      whens.add(new When(condition, value()));
    }
    if (whens.isEmpty()) {
      throw unexpected();
    }
    Expression otherwise = accept("ELSE") ? value() : null;
    expect("END");
    leave(4);
    return new Case(operand, whens, otherwise);
  }

  private Expression cast() throws SqlError {
    boolean attempt = next().is("TRY_CAST");
    enter(5);
    expect("(");
    Expression operand = value();
    expect("AS");
    TypeName type = typeName();
    expect(")");
    leave(5);
    return new Cast(operand, type, null, attempt);
  }

  private Expression convert() throws SqlError {
    boolean attempt = next().is("TRY_CONVERT");
    enter(5);
    expect("(");
    TypeName type = typeName();
    expect(",");
    Expression operand = value();
    Expression style = accept(",") ? value() : null;
    expect(")");
    leave(5);
    return new Cast(operand, type, style, attempt);
  }

  private Expression iif() throws SqlError {
    ObjectName name = builtIn(next().text());
    enter(5);
    expect("(");
    List<Expression> arguments = new ArrayList<>();
    arguments.add(condition());
    expect(",");
    arguments.add(value());
    expect(",");
    arguments.add(value());
    expect(")");
    leave(5);
    return new Call(name, false, false, arguments, null);
  }

  private Expression call(ObjectName name) throws SqlError {
    enter(7);
    expect("(");
    boolean star = is("*", ")") && accept("*");
    boolean distinct = accept("DISTINCT");
    if (!distinct) {
      accept("ALL");
    }
    List<Expression> arguments = star || is(")") && !distinct ? List.of() : values();
    if (is("FROM") || is("AS") || is("USING")) {
      throw refused("%s with %s".formatted(name, peek().word()));
    }
    expect(")");
    leave(7);
    return new Call(name, distinct, star, arguments, window());
  }

  // ---- windows ----

  private @Nullable Window window() throws SqlError {
    if (is("WITHIN", "GROUP")) {
      throw refused("WITHIN GROUP");
    }
    if (is("IGNORE", "NULLS") || is("RESPECT", "NULLS")) {
      throw refused(peek().word() + " NULLS");
    }
    if (!accept("OVER")) {
      return null;
    }
    if (!is("(")) {
      throw isName() ? refused("named windows") : unexpected();
    }
    enter(9);
    expect("(");
    List<Expression> partitions = List.of();
    if (accept("PARTITION")) {
      expect("BY");
      partitions = values();
    }
    List<Query.OrderItem> order = is("ORDER") ? orderBy() : List.of();
    String frame = is("ROWS") || is("RANGE") ? frame() : null;
    expect(")");
    leave(9);
    return new Window(partitions, order, frame);
  }

  private String frame() throws SqlError {
    String unit = next().word();
    if (accept("BETWEEN")) {
      String from = bound();
      expect("AND");
      return "%s BETWEEN %s AND %s".formatted(unit, from, bound());
    }
    return "%s BETWEEN %s AND CURRENT ROW".formatted(unit, bound());
  }

  private String bound() throws SqlError {
    if (accept("CURRENT")) {
      expect("ROW");
      return "CURRENT ROW";
    }
    String rows = accept("UNBOUNDED") ? "UNBOUNDED" : Integer.toString(wholeNumber());
    if (accept("PRECEDING")) {
      return rows + " PRECEDING";
    }
    expect("FOLLOWING");
    return rows + " FOLLOWING";
  }

  /** Whether a variable or a word begins a statement of its own rather than an operand. */
  final boolean isOperandStart() {
    Token token = peek();
    return token.isName()
        || token.isString()
        || token.is("(")
        || token.is("-")
        || isOneOf("CASE", "NULL", "CONVERT", "COALESCE", "NULLIF", "LEFT", "RIGHT")
        || switch (token.kind()) {
          case NUMBER, FLOAT, MONEY, BINARY, VARIABLE -> true;
          default -> false;
        };
  }

  final boolean isVariable() {
    return isKind(Kind.VARIABLE);
  }
}
