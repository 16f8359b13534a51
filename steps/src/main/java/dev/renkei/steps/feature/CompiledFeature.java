package dev.renkei.steps.feature;

import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.Condition;
import dev.renkei.steps.expression.EvaluationException;
import dev.renkei.steps.expression.ExpressionException;
import dev.renkei.steps.expression.TimeExpression;
import dev.renkei.steps.expression.ValueExpression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A feature for rows of one schema of its table. Thread-safe. */
public final class CompiledFeature {
  private static final int TICKS = 7;

  private final FeatureConfig feature;
  private final @Nullable Condition where;
  private final @Nullable TimeExpression time;
  private final List<ValueExpression> keys;
  private final List<@Nullable ValueExpression> values;
  private final TableSchema rows;
  private final TableSchema table;
  private final String schemaId;
  private final KeyFolding folding;

  private CompiledFeature(FeatureConfig feature, Compiler compiler) throws FeatureException {
    this.feature = feature;
    this.rows = compiler.schema;
    this.where = compiler.where();
    this.time = compiler.time();
    this.keys = compiler.keys();
    this.values = compiler.values();
    compiler.refuseProblems();
    List<Column> keyColumns = compiler.keyColumns(keys);
    this.table = compiler.table(keyColumns, values);
    this.schemaId = SchemaCodec.id(table);
    this.folding = KeyFolding.of(new TableSchema(feature.table(), keyColumns));
  }

  /**
   * Compiles a feature for rows of that schema.
   *
   * @throws FeatureException with all that is wrong, line and column in front
   */
  public static CompiledFeature compile(FeatureConfig feature, TableSchema schema)
      throws FeatureException {
    return new CompiledFeature(feature, new Compiler(feature, schema));
  }

  /** The table of its results: key, window, values, and whether the row is final. */
  public TableSchema table() {
    return table;
  }

  String schemaId() {
    return schemaId;
  }

  /** The names of the columns that its expressions look at. */
  Set<String> columns() {
    Set<Integer> positions = new TreeSet<>();
    if (where != null) {
      positions.addAll(where.columns());
    }
    if (time != null) {
      positions.addAll(time.columns());
    }
    keys.forEach(key -> positions.addAll(key.columns()));
    values.stream().filter(Objects::nonNull).forEach(v -> positions.addAll(v.columns()));
    return positions.stream()
        .map(position -> rows.columns().get(position).name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What has become of a row. */
  sealed interface Outcome {
    /** It counts. */
    record Counts(Contribution contribution) implements Outcome {}

    /**
     * It does not.
     *
     * @param counter of such rows; empty for those that `where` leaves out
     */
    record Left(String counter) implements Outcome {}
  }

  /**
   * What a row adds.
   *
   * @param sequence of its change, packed
   * @param changedAt when the source committed it
   * @throws EvaluationException where an expression has no value
   */
  Outcome outcome(Row row, long sequence, Instant changedAt) throws EvaluationException {
    if (where != null && !where.holds(row)) {
      return new Outcome.Left("");
    }
    Instant at = time == null ? changedAt : time.evaluate(row);
    if (at == null) {
      return new Outcome.Left("without_time");
    }
    List<Object> key = new ArrayList<>(keys.size());
    for (ValueExpression expression : keys) {
      Object value = expression.evaluate(row);
      if (value == null) {
        return new Outcome.Left("without_key");
      }
      Column column = table.columns().get(key.size());
      Object fitted = Fitting.to(column, value);
      if (fitted == null) {
        return new Outcome.Left("without_key");
      }
      key.add(fitted);
    }
    List<@Nullable Object> computed = new ArrayList<>(values.size());
    for (ValueExpression expression : values) {
      computed.add(expression == null ? null : expression.evaluate(row));
    }
    return new Outcome.Counts(
        new Contribution(
            schemaId,
            key,
            folding.fold(key).folded(),
            new RowTime(Windowing.micros(at), sequence),
            computed));
  }

  /** Compiles the parts of a feature and gathers what is wrong with them. */
  private static final class Compiler {
    private final FeatureConfig feature;
    private final TableSchema schema;
    private final List<String> problems = new ArrayList<>();

    Compiler(FeatureConfig feature, TableSchema schema) {
      this.feature = feature;
      this.schema = schema;
    }

    private interface Compiles<T> {
      T compile() throws ExpressionException;
    }

    private <T> @Nullable T compiled(String key, Compiles<T> expression) {
      try {
        return expression.compile();
      } catch (ExpressionException e) {
        e.problems()
            .forEach(p -> problems.add("features.%s.%s: %s".formatted(feature.name(), key, p)));
        return null;
      }
    }

    @Nullable Condition where() {
      String text = feature.where();
      return text == null ? null : compiled("where", () -> Condition.compile(text, schema));
    }

    @Nullable TimeExpression time() {
      String text = feature.time();
      return text == null
          ? null
          : compiled("time", () -> TimeExpression.compile(text, schema, feature.timezone()));
    }

    List<ValueExpression> keys() {
      List<ValueExpression> keys = new ArrayList<>();
      for (String text : feature.keys()) {
        ValueExpression key = compiled("key", () -> ValueExpression.compile(text, schema));
        if (key != null) {
          keys.add(key);
        }
      }
      return keys;
    }

    List<@Nullable ValueExpression> values() {
      List<@Nullable ValueExpression> values = new ArrayList<>();
      for (Value value : feature.values()) {
        String text = value.expression();
        values.add(text == null ? null : value(value, " ".repeat(value.at()) + text));
      }
      return values;
    }

    private @Nullable ValueExpression value(Value value, String text) {
      String key = "values." + value.name();
      ValueExpression expression = compiled(key, () -> ValueExpression.compile(text, schema));
      if (expression != null
          && (value.function() == Function.SUM || value.function() == Function.AVG)
          && !Fitting.isNumber(expression.kind())) {
        problems.add(
            "features.%s.%s: line 1, column %d: %s goes with numbers, not with %s"
                .formatted(
                    feature.name(),
                    key,
                    value.at() + 1,
                    value.function().label(),
                    expression.kind().name().toLowerCase(Locale.ROOT)));
      }
      return expression;
    }

    void refuseProblems() throws FeatureException {
      if (!problems.isEmpty()) {
        throw new FeatureException(problems);
      }
    }

    List<Column> keyColumns(List<ValueExpression> keys) {
      List<Column> columns = new ArrayList<>();
      for (ValueExpression key : keys) {
        String name = key.columnName();
        String given =
            name != null ? name : keys.size() == 1 ? "key" : "key_" + (columns.size() + 1);
        columns.add(key.column(given, columns.size() + 1));
      }
      return columns;
    }

    TableSchema table(List<Column> keys, List<@Nullable ValueExpression> values)
        throws FeatureException {
      List<Column> columns = new ArrayList<>(keys);
      columns.add(moment(FeatureConfig.WINDOW_START, keys.size() + 1));
      columns.add(moment(FeatureConfig.WINDOW_END, 0));
      for (int i = 0; i < values.size(); i++) {
        columns.add(column(feature.values().get(i), values.get(i)));
      }
      columns.add(new Column(FeatureConfig.IS_FINAL, TypeKind.BIT, 0, 0, 0, null, false, 0, false));
      try {
        return new TableSchema(feature.table(), columns);
      } catch (IllegalArgumentException e) {
        throw new FeatureException(
            Arrays.asList(
                "features.%s: two columns of one name; `values` may not be called as a column of the key"
                    .formatted(feature.name())));
      }
    }

    private static Column moment(String name, int keyOrdinal) {
      return new Column(name, TypeKind.DATETIMEOFFSET, 0, 0, TICKS, null, false, keyOrdinal, false);
    }

    private static Column column(Value value, @Nullable ValueExpression of) {
      String name = value.name();
      if (of == null
          || value.function() == Function.COUNT
          || value.function() == Function.DISTINCT) {
        return new Column(name, TypeKind.BIGINT, 0, 0, 0, null, true, 0, false);
      }
      return switch (value.function()) {
        case SUM, AVG -> total(name, of.kind(), value.function() == Function.AVG);
        default -> of.column(name, 0);
      };
    }

    private static Column total(String name, TypeKind of, boolean average) {
      return switch (of) {
        case REAL, FLOAT -> new Column(name, TypeKind.FLOAT, 0, 0, 0, null, true, 0, false);
        case TINYINT, SMALLINT, INT, BIGINT -> average ? decimal(name) : bigint(name);
        default -> decimal(name);
      };
    }

    private static Column bigint(String name) {
      return new Column(name, TypeKind.BIGINT, 0, 0, 0, null, true, 0, false);
    }

    private static Column decimal(String name) {
      return new Column(name, TypeKind.DECIMAL, 0, 38, ValueExpression.SCALE, null, true, 0, false);
    }
  }
}
