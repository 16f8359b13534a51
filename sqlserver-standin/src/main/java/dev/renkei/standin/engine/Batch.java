package dev.renkei.standin.engine;

import dev.renkei.standin.engine.translate.Scope;
import dev.renkei.standin.engine.translate.Translated;
import dev.renkei.standin.engine.translate.TypedSql;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed batch with the translations of its statements, kept while definitions and scope stay the
 * same. Shared by sessions.
 */
final class Batch {
  private final String text;
  private final List<Statement> statements;
  private final Map<Object, Kept> translations =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private record Kept(long catalogVersion, Scope scope, Object translation) {
    boolean fits(long version, Scope wanted) {
      return catalogVersion == version && (scope == wanted || scope.equals(wanted));
    }
  }

  /** How a part of the batch is translated where it was not yet. */
  interface Translation<T> {
    T make() throws SqlError;
  }

  private Batch(String text, List<Statement> statements) {
    this.text = text;
    this.statements = statements;
  }

  static Batch parse(String text) throws SqlError {
    return new Batch(text, Parser.parse(text));
  }

  String text() {
    return text;
  }

  List<Statement> statements() {
    return statements;
  }

  /** The translation of a statement or expression of this batch, told apart by identity. */
  Translated translated(
      Object part, long catalogVersion, Scope scope, Translation<Translated> translation)
      throws SqlError {
    return (Translated) kept(part, catalogVersion, scope, translation);
  }

  /** As {@link #translated}, for expressions that need no table. */
  TypedSql expression(
      Object part, long catalogVersion, Scope scope, Translation<TypedSql> translation)
      throws SqlError {
    return (TypedSql) kept(part, catalogVersion, scope, translation);
  }

  private Object kept(Object part, long version, Scope scope, Translation<?> translation)
      throws SqlError {
    Kept kept = translations.get(part);
    if (kept == null || !kept.fits(version, scope)) {
      kept = new Kept(version, scope, translation.make());
      translations.put(part, kept);
    }
    return kept.translation();
  }
}
