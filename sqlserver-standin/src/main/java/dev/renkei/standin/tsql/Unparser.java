package dev.renkei.standin.tsql;

import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;

/**
 * From a tree back to T-SQL text, on one line; parsing it again gives an equal tree.
 *
 * <p>Hints that only choose a plan, comments and needless brackets are not in the tree and so not
 * in the text.
 */
public final class Unparser {
  private Unparser() {}

  public static String text(Expression expression) {
    QueryWriter writer = new QueryWriter();
    writer.expression(expression);
    return writer.text();
  }

  public static String text(Query query) {
    QueryWriter writer = new QueryWriter();
    writer.query(query);
    return writer.text();
  }
}
