package dev.renkei.standin.tsql;

import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;

/** From a tree back to T-SQL text. */
public final class Unparser {
  private Unparser() {}

  public static String text(Expression expression) {
    throw new UnsupportedOperationException(expression.toString());
  }

  public static String text(Query query) {
    throw new UnsupportedOperationException(query.toString());
  }
}
