package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.List;

/** From T-SQL text to a tree. */
public final class Parser {
  private Parser() {}

  /** The statements of a batch; a syntax error carries the line ({@link SqlError#line()}). */
  public static List<Statement> parse(String batch) throws SqlError {
    return new StatementGrammar(Lexer.tokens(batch)).batch();
  }

  /** An expression on its own: a stored default, a computed column, a CHECK condition. */
  public static Expression parseExpression(String text) throws SqlError {
    StatementGrammar grammar = new StatementGrammar(Lexer.tokens(text));
    return grammar.toTheEnd(grammar.anyExpression());
  }

  /** The parameters of {@code sp_executesql}: {@code @p0 int,@p1 nvarchar(50) OUTPUT}. */
  public static List<ParameterDeclaration> parseParameters(String declarations) throws SqlError {
    StatementGrammar grammar = new StatementGrammar(Lexer.tokens(declarations));
    return grammar.toTheEnd(grammar.parameters());
  }
}
