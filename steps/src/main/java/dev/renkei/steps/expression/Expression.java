package dev.renkei.steps.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.CelVarDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelUnknownSet;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.ExpressionException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A compiled expression over the names of a scope. Thread-safe. */
final class Expression {
  private static final CelOptions OPTIONS =
      CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addFunctionDeclarations(Functions.KNOWN.declared())
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder()
          .setOptions(OPTIONS)
          .addFunctionBindings(Functions.KNOWN.bound())
          .build();
  private static final Pattern NO_OVERLOAD =
      Pattern.compile("(?s)found no matching overload for '([^']*)' applied to '\\((.*?)\\)'.*");
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
  private static final Pattern POSITION = Pattern.compile("evaluation error at [^:]*:(\\d+):.*");

  private final CelRuntime.Program program;
  private final Variables variables;
  private final CelType type;
  private final OptionalInt column;

  private Expression(
      CelRuntime.Program program, Variables variables, CelType type, OptionalInt column) {
    this.program = program;
    this.variables = variables;
    this.type = type;
    this.column = column;
  }

  static Expression compile(String text, TableSchema schema, Scope scope, CelType wanted)
      throws ExpressionException {
    Expression compiled = compile(text, schema, scope);
    if (!compiled.type().equals(wanted)) {
      throw new ExpressionException(
          List.of(
              new Problem(
                  1,
                  1,
                  "it is of type %s, not %s"
                      .formatted(CelTypes.format(compiled.type()), CelTypes.format(wanted)))));
    }
    return compiled;
  }

  /** Of whatever type. */
  static Expression compile(String text, TableSchema schema, Scope scope)
      throws ExpressionException {
    CelValidationResult parsed = COMPILER.parse(text, "where");
    refuse(parsed, schema, scope);
    Variables variables = new Variables();
    CelAbstractSyntaxTree rewritten =
        new Rewriter(text, schema, scope, variables).rewrite(tree(parsed));
    CelValidationResult checked = check(rewritten, variables);
    refuse(checked, schema, scope);
    CelAbstractSyntaxTree tree = tree(checked);
    try {
      return new Expression(
          RUNTIME.createProgram(tree),
          variables,
          tree.getResultType(),
          variables.position(tree.getExpr()));
    } catch (CelEvaluationException e) {
      throw new ExpressionException(List.of(new Problem(1, 1, String.valueOf(e.getMessage()))));
    }
  }

  /** What it gives. */
  CelType type() {
    return type;
  }

  /** The column that it is, by position; empty where it computes something. */
  OptionalInt column() {
    return column;
  }

  /** The type of a part of an expression; null where it has none by itself. */
  static @Nullable CelType typeOf(CelAbstractSyntaxTree part, Variables variables) {
    CelValidationResult checked = check(part, variables);
    return checked.hasError() ? null : tree(checked).getResultType();
  }

  private static CelValidationResult check(CelAbstractSyntaxTree tree, Variables variables) {
    CelCompilerBuilder builder = COMPILER.toCompilerBuilder();
    for (Map.Entry<String, CelType> variable : variables.types().entrySet()) {
      builder.addVarDeclarations(
          CelVarDecl.newVarDeclaration(variable.getKey(), variable.getValue()));
    }
    return builder.build().check(tree);
  }

  private static CelAbstractSyntaxTree tree(CelValidationResult result) {
    try {
      return result.getAst();
    } catch (CelValidationException e) {
      throw new IllegalStateException("errors were looked for before", e);
    }
  }

  private static void refuse(CelValidationResult result, TableSchema schema, Scope scope)
      throws ExpressionException {
    if (result.hasError()) {
      List<Problem> problems = new ArrayList<>();
      for (CelIssue issue : result.getErrors()) {
        CelSourceLocation at = issue.getSourceLocation();
        problems.add(
            new Problem(
                Math.max(1, at.getLine()),
                Math.max(1, at.getColumn() + 1),
                plain(issue.getMessage(), schema, scope)));
      }
      throw new ExpressionException(problems);
    }
  }

  /** CEL's words without its names for operators. */
  private static String plain(String message, TableSchema schema, Scope scope) {
    Matcher overload = NO_OVERLOAD.matcher(message);
    if (overload.matches()) {
      String operator = overload.group(1).replace("_", "").replace("@", "");
      String types = overload.group(2);
      boolean exact = types.contains("decimal") && types.contains("double");
      return "`%s` does not go with (%s)%s"
          .formatted(
              operator, types, exact ? "; say which is meant, by decimal(...) or double(...)" : "");
    }
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      String name = undeclared.group(1);
      return schema.indexOf(name).isPresent()
          ? "unknown name '%s'; the column is written row.%s".formatted(name, name)
          : "unknown name '%s'; %s".formatted(name, scope.hint(name));
    }
    return message;
  }

  /** The columns that it looks at, by position. */
  Set<Integer> columns() {
    return variables.positions();
  }

  boolean mentions(Root root) {
    return variables.mentions(root);
  }

  /** The value for a subject; null where it is not known for NULL. */
  @Nullable Object evaluate(Subject subject) throws EvaluationException {
    try {
      Object value = program.eval(name -> variables.find(name, subject));
      return value instanceof CelUnknownSet ? null : value;
    } catch (CelEvaluationException e) {
      throw new EvaluationException(reason(e));
    }
  }

  /** CEL's message may hold values of the row, so only its code and position are told. */
  private static String reason(CelEvaluationException failure) {
    String what =
        switch (failure.getErrorCode()) {
          case DIVIDE_BY_ZERO -> "a division by zero";
          case NUMERIC_OVERFLOW -> "a number out of range";
          case BAD_FORMAT, INVALID_ARGUMENT -> "a value that cannot be converted";
          case INDEX_OUT_OF_BOUNDS, ATTRIBUTE_NOT_FOUND -> "an index that is not there";
          default -> "a value that a function does not take";
        };
    Matcher at =
        POSITION.matcher(String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
    return at.matches()
        ? "%s at column %d".formatted(what, Integer.parseInt(at.group(1)) + 1)
        : what;
  }
}
