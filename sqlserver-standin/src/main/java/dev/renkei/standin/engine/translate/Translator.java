package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.ChangeTracking;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.List;

/** From T-SQL's tree to H2's SQL. Thread-safe. */
public final class Translator {
  private final Catalog catalog;
  private final ChangeTracking tracking;

  public Translator(Catalog catalog, ChangeTracking tracking) {
    this.catalog = catalog;
    this.tracking = tracking;
  }

  /**
   * Translates a query or a change of rows: Select, Insert (but for INSERT .. EXECUTE), Update,
   * Delete, Merge.
   *
   * @throws SqlError 207, 208, 209, 4104 and their like for what does not exist or fit
   */
  public Translated translate(Statement statement, Scope scope) throws SqlError {
    throw SqlError.refused(statement.getClass().getSimpleName() + " yet " + catalog + tracking);
  }

  /** A scalar expression, usable as {@code SELECT <sql>}; a condition becomes a BIT. */
  public TypedSql expression(Expression expression, Scope scope) throws SqlError {
    throw SqlError.refused("expressions yet");
  }

  /** As {@link #expression}, converted implicitly to a type, as in {@code SET @x = ..}. */
  public TypedSql expression(Expression expression, SqlType to, Scope scope) throws SqlError {
    throw SqlError.refused("expressions yet");
  }

  /**
   * A type as written.
   *
   * @param database where its alias types are
   * @throws SqlError 2715 for an unknown type, 131, 1001, 2716, 2750 for wrong arguments
   */
  public SqlType resolve(TypeName type, String database) throws SqlError {
    throw SqlError.refused("types yet");
  }

  /**
   * A computed column's expression, a CHECK condition (a boolean in H2) or a DEFAULT (no columns),
   * as H2 SQL over the columns of one table. Inserts evaluate defaults by {@link
   * Table.Column#defaultText} themselves, so H2 need not know them but to fill a new column.
   */
  public TypedSql columnExpression(
      Expression expression, List<Table.Column> columns, String database) throws SqlError {
    throw SqlError.refused("column expressions yet");
  }

  /** H2 SQL that converts a value as CAST does. */
  public String cast(String sql, SqlType from, SqlType to) throws SqlError {
    throw SqlError.refused("casts yet");
  }
}
