package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a translation depends on besides the statement and the catalog. Two equal scopes give equal
 * translations while {@code Catalog.version()} stands still.
 *
 * @param database the session's database
 * @param login the session's login, for {@code SUSER_SNAME()} and its like
 * @param variables the declared variables: names in lower case with their {@code @}
 * @param tables the declared table variables: names in lower case with their {@code @}; {@link
 *     Table#h2Name} says where each is in H2
 * @param identityInsert object_id of the table whose IDENTITY_INSERT is ON; null where none is
 */
public record Scope(
    String database,
    String login,
    Map<String, SqlType> variables,
    Map<String, Table> tables,
    @Nullable Integer identityInsert) {
  public Scope {
    variables = Map.copyOf(variables);
    tables = Map.copyOf(tables);
  }

  public Scope(String database, String login, Map<String, SqlType> variables) {
    this(database, login, variables, Map.of(), null);
  }
}
