package dev.renkei.standin.tsql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can stand in FROM. */
public sealed interface TableSource {
  /**
   * A table or view; hints such as NOLOCK in upper case, arguments dropped only where they cannot
   * change a result.
   */
  record Table(ObjectName name, @Nullable String alias, List<String> hints) implements TableSource {
    public Table {
      hints = List.copyOf(hints);
    }
  }

  record Derived(Query query, String alias, List<String> columns) implements TableSource {
    public Derived {
      columns = List.copyOf(columns);
    }
  }

  /** {@code (VALUES (..), (..)) AS t(a, b)}. */
  record Values(List<List<Expression>> rows, String alias, List<String> columns)
      implements TableSource {
    public Values {
      rows = rows.stream().map(List::copyOf).toList();
      columns = List.copyOf(columns);
    }
  }

  /**
   * {@code CHANGETABLE(CHANGES t, since) AS alias}; since: literal, variable or NULL, anything else
   * is a syntax error.
   */
  record Changes(ObjectName table, Expression since, String alias, List<String> columns)
      implements TableSource {
    public Changes {
      columns = List.copyOf(columns);
    }
  }

  /** {@code CHANGETABLE(VERSION t, (keys), (values)) AS alias}. */
  record RowVersion(
      ObjectName table,
      List<String> keys,
      List<Expression> values,
      String alias,
      List<String> columns)
      implements TableSource {
    public RowVersion {
      keys = List.copyOf(keys);
      values = List.copyOf(values);
      columns = List.copyOf(columns);
    }
  }

  /** A function that returns rows, such as {@code STRING_SPLIT(..)}. */
  record FunctionCall(
      ObjectName name, List<Expression> arguments, String alias, List<String> columns)
      implements TableSource {
    public FunctionCall {
      arguments = List.copyOf(arguments);
      columns = List.copyOf(columns);
    }
  }

  /** A join; {@code on} is null exactly for CROSS and the APPLY forms. */
  record Join(JoinKind kind, TableSource left, TableSource right, @Nullable Expression on)
      implements TableSource {}

  enum JoinKind {
    INNER,
    LEFT,
    RIGHT,
    FULL,
    CROSS,
    CROSS_APPLY,
    OUTER_APPLY
  }
}
