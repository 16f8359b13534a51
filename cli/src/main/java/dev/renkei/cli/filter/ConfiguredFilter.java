package dev.renkei.cli.filter;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.Condition;
import dev.renkei.steps.expression.EvaluationException;
import dev.renkei.steps.expression.ExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The {@code where} of each table. A condition is compiled once for a schema. */
public final class ConfiguredFilter implements RowFilter {
  private final TablesConfig tables;
  private final Map<TableName, Table> filters = new ConcurrentHashMap<>();

  private ConfiguredFilter(TablesConfig tables) {
    this.tables = tables;
  }

  /** The filter of a configuration; {@link RowFilter#EVERY_ROW} where it has none. */
  public static RowFilter of(TablesConfig tables) {
    return tables.override().values().stream().allMatch(s -> s.where() == null)
        ? EVERY_ROW
        : new ConfiguredFilter(tables);
  }

  @Override
  public boolean admits(Row row) {
    return table(row.schema().table()).admits(row);
  }

  @Override
  public void prepare(TableSchema schema) {
    table(schema.table()).prepare(schema);
  }

  private Table table(TableName name) {
    return filters.computeIfAbsent(name, n -> new Table(n, tables.settings(n)));
  }

  /** One table's filter. */
  private static final class Table {
    /** Schemas whose rows may come side by side while the table changes. */
    private static final int MOST = 4;

    private final TableName name;
    private final @Nullable String where;
    private volatile List<Compiled> compiled = List.of();

    private record Compiled(TableSchema schema, Condition condition) {}

    Table(TableName name, TableSettings settings) {
      this.name = name;
      this.where = settings.where();
    }

    void prepare(TableSchema schema) {
      if (where != null) {
        var unused = condition(where, schema);
      }
    }

    boolean admits(Row row) {
      if (where == null) {
        return true;
      }
      try {
        return condition(where, row.schema()).holds(row);
      } catch (EvaluationException e) {
        throw new RowFilterException(
            "%s: `where` has no value for a row: %s".formatted(name, e.getMessage()));
      }
    }

    private Condition condition(String text, TableSchema schema) {
      for (Compiled known : compiled) {
        if (known.schema() == schema) {
          return known.condition();
        }
      }
      return compile(text, schema);
    }

    private synchronized Condition compile(String text, TableSchema schema) {
      Condition condition =
          compiled.stream()
              .filter(known -> known.schema().equals(schema))
              .map(Compiled::condition)
              .findFirst()
              .orElse(null);
      if (condition == null) {
        condition = compileAnew(text, schema);
      }
      List<Compiled> next = new ArrayList<>();
      next.add(new Compiled(schema, condition));
      next.addAll(compiled.subList(0, Math.min(compiled.size(), MOST - 1)));
      compiled = List.copyOf(next);
      return condition;
    }

    private Condition compileAnew(String text, TableSchema schema) {
      try {
        return Condition.compile(text, schema);
      } catch (ExpressionException e) {
        throw new RowFilterException(
            "%s: `where` does not fit the table: %s".formatted(name, e.getMessage()));
      }
    }
  }
}
