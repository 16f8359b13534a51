package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlType;
import java.util.List;

/**
 * A scalar expression in H2's SQL with its SQL Server type; usable as {@code SELECT <sql>}.
 *
 * @param bindings see {@link Binding} for how they belong to the SQL's parameters
 */
public record TypedSql(String sql, SqlType type, List<Binding> bindings) {
  public TypedSql {
    bindings = List.copyOf(bindings);
  }
}
