package dev.renkei.standin.tsql.ast;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scalar expressions and conditions (T-SQL has no boolean type, but one grammar of both keeps the
 * tree small).
 */
public sealed interface Expression {
  record NullLiteral() implements Expression {}

  /** {@code 'x'}, or {@code N'x'} where national. */
  record StringLiteral(String value, boolean national) implements Expression {}

  /** An integer or decimal constant; its type follows from its digits, as in SQL Server. */
  record NumberLiteral(BigDecimal value) implements Expression {}

  /** A constant in exponent form, such as {@code 1e3}: a float. */
  record FloatLiteral(double value) implements Expression {}

  /** {@code $12.50}. */
  record MoneyLiteral(BigDecimal value) implements Expression {}

  /** {@code 0xCAFE}. */
  record BinaryLiteral(byte[] value) implements Expression {
    public BinaryLiteral {
      value = value.clone();
    }

    @Override
    public byte[] value() {
      return value.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof BinaryLiteral that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }
  }

  /** {@code @x} or {@code @@ROWCOUNT}; the name with its at-signs. */
  record Variable(String name) implements Expression {}

  /** A column, qualified by up to three parts (alias or table name). */
  record Column(List<String> qualifier, String name) implements Expression {
    public Column {
      qualifier = List.copyOf(qualifier);
    }
  }

  record Unary(UnaryOperator operator, Expression operand) implements Expression {}

  enum UnaryOperator {
    MINUS,
    PLUS,
    BIT_NOT,
    NOT
  }

  record Binary(BinaryOperator operator, Expression left, Expression right) implements Expression {}

  enum BinaryOperator {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MODULO,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    AND,
    OR
  }

  /** {@code CASE [operand] WHEN .. THEN .. [ELSE ..] END}. */
  record Case(@Nullable Expression operand, List<When> whens, @Nullable Expression otherwise)
      implements Expression {
    public Case {
      whens = List.copyOf(whens);
    }
  }

  record When(Expression condition, Expression result) {}

  /**
   * {@code CAST}, {@code CONVERT}, {@code TRY_CAST}, {@code TRY_CONVERT}; style only from CONVERT.
   */
  record Cast(Expression operand, TypeName type, @Nullable Expression style, boolean tryCast)
      implements Expression {}

  record Collate(Expression operand, String collation) implements Expression {}

  /**
   * A call of a function.
   *
   * @param name one part for built-in functions; {@code dbo.f} and system functions with more
   * @param star {@code COUNT(*)}
   * @param arguments keywords such as the part in {@code DATEADD(day, ..)} arrive as a {@link
   *     Column} of that name
   */
  record Call(
      ObjectName name,
      boolean distinct,
      boolean star,
      List<Expression> arguments,
      @Nullable Window window)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * {@code OVER (PARTITION BY .. ORDER BY .. [frame])}; the frame in normal form, such as {@code
   * ROWS BETWEEN ..}.
   */
  record Window(
      List<Expression> partitionBy, List<Query.OrderItem> orderBy, @Nullable String frame) {
    public Window {
      partitionBy = List.copyOf(partitionBy);
      orderBy = List.copyOf(orderBy);
    }
  }

  record IsNull(Expression operand, boolean negated) implements Expression {}

  record Between(Expression operand, Expression low, Expression high, boolean negated)
      implements Expression {}

  record Like(Expression operand, Expression pattern, @Nullable Expression escape, boolean negated)
      implements Expression {}

  record InList(Expression operand, List<Expression> values, boolean negated)
      implements Expression {
    public InList {
      values = List.copyOf(values);
    }
  }

  record InQuery(Expression operand, Query query, boolean negated) implements Expression {}

  record Exists(Query query) implements Expression {}

  /** {@code x > ALL (SELECT ..)}, {@code x = ANY (SELECT ..)}. */
  record Quantified(BinaryOperator operator, Expression left, boolean all, Query query)
      implements Expression {}

  /** A query in brackets that yields one value. */
  record Scalar(Query query) implements Expression {}
}
