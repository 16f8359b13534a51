package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.ast.Expression;
import org.jspecify.annotations.Nullable;

/**
 * A translated scalar expression.
 *
 * @param sql safe to stand anywhere in an expression
 * @param collation for text: how strongly it insists on its case sensitivity
 * @param settled for text: whether H2 too sees {@code VARCHAR_IGNORECASE} where the type ignores
 *     case, and {@code VARCHAR} where it does not
 * @param fixed whether it has one value for a whole statement: no column in it
 * @param literal the constant or NULL that was written
 * @param column the column that it is
 */
record Typed(
    String sql,
    SqlType type,
    boolean nullable,
    Collation collation,
    boolean settled,
    boolean fixed,
    @Nullable Expression literal,
    Table.@Nullable Column column) {

  /** What decides between two collations. */
  enum Collation {
    DEFAULT,
    COLUMN,
    EXPLICIT
  }

  static Typed fixed(String sql, SqlType type, boolean nullable) {
    return new Typed(sql, type, nullable, Collation.DEFAULT, false, true, null, null);
  }

  static Typed literal(String sql, SqlType type, Expression literal) {
    boolean isNull = literal instanceof Expression.NullLiteral;
    return new Typed(sql, type, isNull, Collation.DEFAULT, false, true, literal, null);
  }

  /** Something computed from others: fixed where all are, its collation the strongest of theirs. */
  static Typed of(String sql, SqlType type, boolean nullable, Typed... from) {
    return of(sql, type, nullable, java.util.List.of(from));
  }

  static Typed of(String sql, SqlType type, boolean nullable, java.util.List<Typed> from) {
    Collation collation = Collation.DEFAULT;
    boolean fixed = true;
    SqlType result = type;
    for (Typed t : from) {
      fixed &= t.fixed;
      if (t.type.kind().isText() && t.collation.compareTo(collation) > 0) {
        collation = t.collation;
        if (result.kind().isText()) {
          result = result.withCaseSensitive(t.type.caseSensitive());
        }
      }
    }
    return new Typed(sql, result, nullable, collation, false, fixed, null, null);
  }

  boolean isNull() {
    return literal instanceof Expression.NullLiteral;
  }

  boolean isText() {
    return type.kind().isText();
  }

  /** Another SQL and type for the same thing. */
  Typed as(String otherSql, SqlType otherType) {
    return new Typed(otherSql, otherType, nullable, collation, false, fixed, literal, null);
  }

  Typed settledAs(String otherSql) {
    return new Typed(otherSql, type, nullable, collation, true, fixed, literal, column);
  }

  Typed notNull() {
    return new Typed(sql, type, false, collation, settled, fixed, literal, column);
  }

  Typed orNull() {
    return new Typed(sql, type, true, collation, settled, fixed, literal, column);
  }
}
