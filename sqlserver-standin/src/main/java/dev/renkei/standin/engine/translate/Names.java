package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names in sight of an expression: sources, and around them those of the enclosing query.
 *
 * @param wall what refers to the enclosing query from here, for refusing it: H2 cannot do it; null
 *     where it can
 */
record Names(
    @Nullable Names outer,
    List<Source> sources,
    Map<String, Common> commons,
    @Nullable String wall) {
  static final Names NONE = new Names(null, List.of(), Map.of(), null);

  /**
   * A common table expression with what it sees.
   *
   * @param names null while it is being defined, so that recursion is found
   */
  record Common(Query.CommonTable definition, @Nullable Names names) {}

  Names with(List<Source> inner) {
    return new Names(this, inner, Map.of(), null);
  }

  Names behind(String what) {
    return new Names(this, List.of(), Map.of(), what);
  }

  /** With common table expressions, each seeing those before it. */
  Names withCommons(List<Query.CommonTable> definitions) throws SqlError {
    Names result = this;
    for (Query.CommonTable definition : definitions) {
      String key = definition.name().toLowerCase(Locale.ROOT);
      Map<String, Common> inside = new HashMap<>();
      inside.put(key, new Common(definition, null));
      Names body = new Names(result, List.of(), inside, null);
      Map<String, Common> outside = new HashMap<>();
      outside.put(key, new Common(definition, body));
      result = new Names(result, List.of(), outside, null);
    }
    return result;
  }

  Optional<Common> common(String name) {
    for (Names n = this; n != null; n = n.outer) {
      Common found = n.commons.get(name.toLowerCase(Locale.ROOT));
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** Finds a column, from the inside out. */
  Typed column(Expression.Column column, String database) throws SqlError {
    String wall = null;
    for (Names n = this; n != null; n = n.outer) {
      Typed found = n.own(column, database);
      if (found != null) {
        if (wall != null) {
          throw SqlError.refused(wall + " (" + column.name() + ")");
        }
        return found;
      }
      wall = wall == null ? n.wall : wall;
    }
    if (column.qualifier().isEmpty()) {
      throw Faults.invalidColumn(column.name());
    }
    throw Faults.unbound(String.join(".", column.qualifier()) + "." + column.name());
  }

  boolean knows(Expression.Column column, String database) {
    for (Names n = this; n != null; n = n.outer) {
      for (Source source : n.sources) {
        boolean meant =
            column.qualifier().isEmpty() || source.answersTo(column.qualifier(), database);
        if (meant
            && source.columns().stream().anyMatch(f -> f.name().equalsIgnoreCase(column.name()))) {
          return true;
        }
      }
    }
    return false;
  }

  private @Nullable Typed own(Expression.Column column, String database) throws SqlError {
    Typed found = null;
    for (Source source : sources) {
      if (!column.qualifier().isEmpty() && !source.answersTo(column.qualifier(), database)) {
        continue;
      }
      Optional<Typed> here = source.find(column.name());
      if (here.isPresent() && found != null) {
        throw Faults.ambiguous(column.name());
      }
      found = here.orElse(found);
      if (here.isEmpty() && !column.qualifier().isEmpty()) {
        throw Faults.invalidColumn(column.name());
      }
    }
    return found;
  }

  /** The sources that {@code t.*} means. */
  List<Source> star(List<String> qualifier, String database) throws SqlError {
    if (qualifier.isEmpty()) {
      return sources;
    }
    List<Source> meant = sources.stream().filter(s -> s.answersTo(qualifier, database)).toList();
    if (meant.isEmpty()) {
      throw new SqlError(
          107,
          1,
          15,
          "The column prefix '%s' does not match with a table name or alias name used in the query."
              .formatted(String.join(".", qualifier)));
    }
    return meant;
  }
}
