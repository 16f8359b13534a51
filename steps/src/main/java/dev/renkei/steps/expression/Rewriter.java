package dev.renkei.steps.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSource;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelMap;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.renkei.core.config.Nearest;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts variables in the place of columns, of questions for NULL, and of literals that stand beside
 * a decimal, a date or a time, before CEL checks types. Serves once.
 */
final class Rewriter {
  private static final Set<String> COMPARISONS =
      Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_");
  private static final Set<String> ARITHMETIC = Set.of("_+_", "_-_", "_*_", "_/_", "_%_");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");

  private final String text;
  private final TableSchema schema;
  private final Scope scope;
  private final Variables variables;
  private final List<Problem> problems = new ArrayList<>();
  private CelSource source;
  private long lastId;

  Rewriter(String text, TableSchema schema, Scope scope, Variables variables) {
    this.text = text;
    this.schema = schema;
    this.scope = scope;
    this.variables = variables;
    this.source = CelSource.newBuilder(text).build();
  }

  CelAbstractSyntaxTree rewrite(CelAbstractSyntaxTree parsed) throws ExpressionException {
    source = parsed.getSource();
    lastId = source.getPositionsMap().keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    CelExpr rewritten = expression(parsed.getExpr());
    if (!problems.isEmpty()) {
      throw new ExpressionException(problems);
    }
    return CelAbstractSyntaxTree.newParsedAst(rewritten, source);
  }

  private CelExpr expression(CelExpr e) {
    return switch (e.getKind()) {
      case SELECT -> select(e, e.select());
      case CALL -> call(e, e.call());
      case LIST -> CelExpr.ofList(e.id(), all(e.list().elements()), e.list().optionalIndices());
      case MAP -> map(e, e.map());
      case COMPREHENSION -> comprehension(e, e.comprehension());
      case IDENT -> ident(e);
      case CONSTANT -> constant(e);
      default -> e;
    };
  }

  private ImmutableList<CelExpr> all(List<CelExpr> expressions) {
    return expressions.stream().map(this::expression).collect(ImmutableList.toImmutableList());
  }

  private CelExpr ident(CelExpr e) {
    String name = e.ident().name();
    if (scope.isType(name)) {
      return CelExpr.ofIdent(e.id(), variables.type());
    }
    scope
        .root(name)
        .ifPresent(
            root ->
                problem(
                    e.id(),
                    0,
                    "`%s` is no value by itself; name a column, as in %s.NAME"
                        .formatted(root.word(), root.word())));
    return e;
  }

  private CelExpr constant(CelExpr e) {
    if (isNull(e)) {
      problem(e.id(), 0, "`null` goes only with a column, as in row.NAME == null");
    }
    return e;
  }

  private CelExpr map(CelExpr e, CelMap map) {
    return CelExpr.ofMap(
        e.id(),
        map.entries().stream()
            .map(
                entry ->
                    entry.toBuilder()
                        .setKey(expression(entry.key()))
                        .setValue(expression(entry.value()))
                        .build())
            .collect(ImmutableList.toImmutableList()));
  }

  private CelExpr comprehension(CelExpr e, CelComprehension loop) {
    for (String element : List.of(loop.iterVar(), loop.iterVar2())) {
      Optional<String> taken = scope.meaning(element);
      if (taken.isPresent()) {
        problem(
            e.id(), 0, "`%s` is %s; name the element otherwise".formatted(element, taken.get()));
        return e;
      }
    }
    return CelExpr.ofComprehension(
        e.id(),
        loop.iterVar(),
        loop.iterVar2(),
        expression(loop.iterRange()),
        loop.accuVar(),
        expression(loop.accuInit()),
        expression(loop.loopCondition()),
        expression(loop.loopStep()),
        expression(loop.result()));
  }

  // ---- columns ----

  private CelExpr select(CelExpr e, CelSelect select) {
    Optional<Root> root = root(select.operand());
    if (root.isEmpty()) {
      return CelExpr.ofSelect(
          e.id(), expression(select.operand()), select.field(), select.testOnly());
    }
    CelExpr column = column(root.get(), e.id(), 1, select.field());
    if (!select.testOnly() || !isColumn(column)) {
      return column;
    }
    return not(e.id(), CelExpr.ofIdent(newId(e.id()), variables.isNull(column.ident().name())));
  }

  private Optional<Root> root(CelExpr e) {
    return e.getKind() == CelExpr.ExprKind.Kind.IDENT
        ? scope.root(e.ident().name())
        : Optional.empty();
  }

  private static boolean isType(CelExpr e) {
    return e.getKind() == CelExpr.ExprKind.Kind.IDENT && Variables.isType(e.ident().name());
  }

  private boolean isColumn(CelExpr e) {
    return e.getKind() == CelExpr.ExprKind.Kind.IDENT && variables.isColumn(e.ident().name());
  }

  private CelExpr column(Root root, long id, int behind, String name) {
    OptionalInt position = schema.indexOf(name);
    if (position.isEmpty()) {
      List<String> names = schema.columns().stream().map(Column::name).toList();
      problem(
          id,
          behind,
          "%s has no column '%s'; the nearest is '%s'"
              .formatted(schema.table(), name, Nearest.to(name, names).orElseThrow()));
      return CelExpr.ofConstant(id, CelConstant.ofValue(true));
    }
    int at = position.getAsInt();
    return CelExpr.ofIdent(id, variables.column(root, at, schema.columns().get(at)));
  }

  // ---- calls ----

  private CelExpr call(CelExpr e, CelCall call) {
    String function = call.function();
    List<CelExpr> args = call.args();
    if (function.equals("_[_]")) {
      Optional<Root> root = root(args.get(0));
      if (root.isPresent()) {
        return indexed(e, root.get(), args.get(1));
      }
    }
    if (function.equals("_==_") || function.equals("_!=_")) {
      CelExpr asked = isNull(args.get(1)) ? args.get(0) : isNull(args.get(0)) ? args.get(1) : null;
      if (asked != null) {
        return nullQuestion(e, asked, function.equals("_==_"));
      }
    }
    List<CelExpr> rewritten = all(args);
    if (COMPARISONS.contains(function) || ARITHMETIC.contains(function)) {
      rewritten = alike(rewritten.get(0), rewritten.get(1), COMPARISONS.contains(function));
    } else if (function.equals("_?_:_")) {
      List<CelExpr> results = alike(rewritten.get(1), rewritten.get(2), false);
      rewritten = List.of(rewritten.get(0), results.get(0), results.get(1));
    } else if (function.equals("@in")) {
      rewritten = List.of(rewritten.get(0), elementsLike(rewritten.get(0), rewritten.get(1)));
    }
    return CelExpr.ofCall(
        e.id(), call.target().map(this::expression), function, ImmutableList.copyOf(rewritten));
  }

  private CelExpr indexed(CelExpr e, Root root, CelExpr index) {
    return isText(index)
        ? column(root, index.id(), 0, index.constant().stringValue())
        : refused(
            e, "a column is named by a literal, as in %s[\"Order Date\"]".formatted(root.word()));
  }

  private CelExpr refused(CelExpr e, String why) {
    problem(e.id(), 0, why);
    return CelExpr.ofConstant(e.id(), CelConstant.ofValue(true));
  }

  private CelExpr nullQuestion(CelExpr e, CelExpr asked, boolean isNull) {
    CelExpr column = expression(asked);
    if (!isColumn(column)) {
      return refused(e, "`null` goes only with a column, as in row.NAME == null");
    }
    String name = variables.isNull(column.ident().name());
    return isNull
        ? CelExpr.ofIdent(e.id(), name)
        : not(e.id(), CelExpr.ofIdent(newId(e.id()), name));
  }

  private static CelExpr not(long id, CelExpr e) {
    return CelExpr.ofCall(id, Optional.empty(), "!_", ImmutableList.of(e));
  }

  // ---- literals beside other types, and integers beside decimals and floats ----

  private List<CelExpr> alike(CelExpr a, CelExpr b, boolean compared) {
    CelType left = typeOf(a);
    CelType right = typeOf(b);
    if (left != null && isConstant(b)) {
      return List.of(widened(a, left, right), like(left, a, b, compared));
    }
    if (right != null && isConstant(a)) {
      return List.of(like(right, b, a, compared), widened(b, right, left));
    }
    return List.of(widened(a, left, right), widened(b, right, left));
  }

  /** The literals of a list as the type of what is looked for. */
  private CelExpr elementsLike(CelExpr sought, CelExpr list) {
    if (list.getKind() != CelExpr.ExprKind.Kind.LIST || isConstant(sought)) {
      return list;
    }
    CelType type = typeOf(sought);
    if (type == null) {
      return list;
    }
    return CelExpr.ofList(
        list.id(),
        list.list().elements().stream()
            .map(
                element ->
                    isConstant(element)
                        ? like(type, sought, element, true)
                        : widened(element, typeOf(element), type))
            .collect(ImmutableList.toImmutableList()),
        list.list().optionalIndices());
  }

  private CelExpr widened(CelExpr e, @Nullable CelType own, @Nullable CelType other) {
    if (own == null || other == null || !own.equals(SimpleType.INT)) {
      return e;
    }
    boolean decimal = other.equals(SqlTypes.DECIMAL);
    if (!decimal && !other.equals(SimpleType.DOUBLE)) {
      return e;
    }
    return CelExpr.ofCall(
        newId(e.id()), Optional.empty(), decimal ? "decimal" : "double", ImmutableList.of(e));
  }

  /** A literal beside something of a type. */
  private CelExpr like(CelType type, CelExpr other, CelExpr literal, boolean compared) {
    CelConstant constant = literal.constant();
    boolean number =
        constant.getKind() == CelConstant.Kind.INT64_VALUE
            || constant.getKind() == CelConstant.Kind.DOUBLE_VALUE;
    if (type.equals(SqlTypes.DECIMAL) && number) {
      return CelExpr.ofIdent(
          literal.id(), variables.literal(SqlTypes.DECIMAL, new Decimal(exact(literal))));
    }
    if (type.equals(SimpleType.DOUBLE) && constant.getKind() == CelConstant.Kind.INT64_VALUE) {
      return CelExpr.ofConstant(literal.id(), CelConstant.ofValue((double) constant.int64Value()));
    }
    if (!compared || !isText(literal)) {
      return literal;
    }
    if (SqlTypes.isWrittenAsText(type)) {
      Object value = SqlTypes.parse(type, constant.stringValue());
      if (value == null) {
        return refused(
            literal, "no %s; it is written %s".formatted(nameOf(type), SqlTypes.example(type)));
      }
      return CelExpr.ofIdent(literal.id(), variables.literal(type, value));
    }
    if (isType(other) && !Scope.TYPES.contains(constant.stringValue())) {
      return refused(literal, "a change is of type 'I', 'U' or 'D'");
    }
    if (isColumn(other) && variables.isOf(other.ident().name(), TypeKind.UNIQUEIDENTIFIER)) {
      return CelExpr.ofConstant(
          literal.id(), CelConstant.ofValue(constant.stringValue().toUpperCase(Locale.ROOT)));
    }
    return literal;
  }

  private static String nameOf(CelType type) {
    return type.equals(SimpleType.TIMESTAMP) ? "time with an offset" : type.name();
  }

  /** A number as it stands in the text: a double would have rounded it. */
  private BigDecimal exact(CelExpr literal) {
    CelConstant constant = literal.constant();
    if (constant.getKind() == CelConstant.Kind.INT64_VALUE) {
      return BigDecimal.valueOf(constant.int64Value());
    }
    Matcher number = NUMBER.matcher(text);
    Integer at = source.getPositionsMap().get(literal.id());
    if (at != null) {
      int from = text.offsetByCodePoints(0, at);
      if (number.find(from) && number.start() == from) {
        BigDecimal exact = new BigDecimal(number.group());
        if (exact.doubleValue() == constant.doubleValue()) {
          return exact;
        }
      }
    }
    return new BigDecimal(Double.toString(constant.doubleValue()));
  }

  private @Nullable CelType typeOf(CelExpr e) {
    return problems.isEmpty()
        ? Expression.typeOf(CelAbstractSyntaxTree.newParsedAst(e, source), variables)
        : null;
  }

  private static boolean isConstant(CelExpr e) {
    return e.getKind() == CelExpr.ExprKind.Kind.CONSTANT;
  }

  private static boolean isNull(CelExpr e) {
    return isConstant(e) && e.constant().getKind() == CelConstant.Kind.NULL_VALUE;
  }

  private static boolean isText(CelExpr e) {
    return isConstant(e) && e.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  // ---- positions ----

  /** A node that stands where another one does. */
  private long newId(long like) {
    lastId++;
    Integer at = source.getPositionsMap().get(like);
    source = source.toBuilder().addPositions(lastId, at == null ? 0 : at).build();
    return lastId;
  }

  private void problem(long id, int behind, String message) {
    Integer found = source.getPositionsMap().get(id);
    int at = (found == null ? 0 : found) + behind;
    int line = 1;
    int column = 1;
    int[] points = text.codePoints().limit(at).toArray();
    for (int point : points) {
      if (point == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    problems.add(new Problem(line, column, message));
  }
}
