package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Hints of tables and queries. Those that only choose a plan are read and dropped. */
abstract class HintGrammar extends ExpressionGrammar {
  HintGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** What a table hint means to a stand-in. */
  private enum Hint {
    /** Kept in the tree: it may change what is read, or for how long it is locked. */
    KEPT,
    /** Chooses an access path. */
    PLAN,
    UNKNOWN
  }

  private static Hint hint(String word) {
    return switch (word) {
      case "NOLOCK",
          "READUNCOMMITTED",
          "READCOMMITTED",
          "READCOMMITTEDLOCK",
          "READPAST",
          "REPEATABLEREAD",
          "SERIALIZABLE",
          "HOLDLOCK",
          "SNAPSHOT",
          "UPDLOCK",
          "XLOCK",
          "ROWLOCK",
          "PAGLOCK",
          "TABLOCK",
          "TABLOCKX",
          "NOWAIT" ->
          Hint.KEPT;
      case "NOEXPAND", "INDEX", "FORCESEEK", "FORCESCAN" -> Hint.PLAN;
      default -> Hint.UNKNOWN;
    };
  }

  /** Whether {@code (NOLOCK)} follows: hints without WITH, and not the arguments of a function. */
  final boolean isBareHints() {
    return is("(")
        && hint(peek(1).word()) != Hint.UNKNOWN
        && (peek(2).is(")") || peek(2).is(",") || peek(1).is("INDEX"));
  }

  /** Hints with or without WITH; empty where none follow. */
  final List<String> tableHints() throws SqlError {
    if (is("WITH", "(")) {
      next();
    } else if (!isBareHints()) {
      return List.of();
    }
    List<String> hints = new ArrayList<>();
    expect("(");
    do {
      Token token = peek();
      switch (hint(token.word())) {
        case KEPT -> hints.add(next().word());
        case PLAN -> {
          next();
          planArguments();
        }
        case UNKNOWN -> throw unknownHint(token);
      }
      accept(",");
    } while (!accept(")"));
    return hints;
  }

  private SqlError unknownHint(Token token) {
    return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED
        ? error(
            321,
            "\"%s\" is not a recognized table hints option. If it is intended as a parameter to a table-valued function or to the CHANGETABLE function, ensure that your database compatibility mode is set to 90."
                .formatted(token.text()))
        : unexpected();
  }

  private void planArguments() throws SqlError {
    if (accept("=")) {
      planArgument();
    } else if (is("(")) {
      skipBrackets();
    }
  }

  private void planArgument() throws SqlError {
    if (is("(")) {
      skipBrackets();
    } else if (isName() || isKind(Kind.NUMBER)) {
      next();
    } else {
      throw unexpected();
    }
  }

  /** Skips a pair of brackets with all that is in it. */
  final void skipBrackets() throws SqlError {
    expect("(");
    int open = 1;
    while (open > 0) {
      if (atEnd()) {
        throw unexpected();
      }
      Token token = next();
      open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    }
  }

  /**
   * Hints at the table that a statement changes. Locks on rows that are written are held to the end
   * anyway, so these are dropped.
   */
  final void targetHints() throws SqlError {
    for (String hint : tableHints()) {
      switch (hint) {
        case "NOLOCK", "READUNCOMMITTED" ->
            throw error(
                1065,
                "The NOLOCK and READUNCOMMITTED lock hints are not allowed for target tables of"
                    + " INSERT, UPDATE, DELETE or MERGE statements.");
        case "READPAST", "NOWAIT", "SNAPSHOT" ->
            throw refused("the hint %s on a table that is changed".formatted(hint));
        default -> {}
      }
    }
  }

  /**
   * {@code OPTION (..)} at the end of a statement: read and dropped, as it only shapes the plan.
   */
  final void options() throws SqlError {
    if (!accept("OPTION")) {
      return;
    }
    expect("(");
    do {
      option();
    } while (accept(","));
    expect(")");
  }

  private void option() throws SqlError {
    Token token = next();
    switch (token.word()) {
      case "RECOMPILE",
          "NO_PERFORMANCE_SPOOL",
          "IGNORE_NONCLUSTERED_COLUMNSTORE_INDEX",
          "DISABLE_OPTIMIZED_PLAN_FORCING" -> {}
      case "MAXDOP", "FAST", "MAXRECURSION", "QUERYTRACEON" -> wholeNumber();
      case "MIN_GRANT_PERCENT", "MAX_GRANT_PERCENT" -> {
        expect("=");
        if (!isKind(Kind.NUMBER)) {
          throw unexpected();
        }
        next();
      }
      case "FORCE",
          "KEEP",
          "KEEPFIXED",
          "ROBUST",
          "EXPAND",
          "HASH",
          "MERGE",
          "LOOP",
          "CONCAT",
          "ORDER" ->
          plan(token);
      case "PARAMETERIZATION" -> {
        if (!accept("SIMPLE")) {
          expect("FORCED");
        }
      }
      case "OPTIMIZE" -> {
        expect("FOR");
        if (!accept("UNKNOWN")) {
          skipBrackets();
        }
      }
      case "USE" -> {
        if (is("PLAN")) {
          throw refused("OPTION (USE PLAN ..)");
        }
        expect("HINT");
        skipBrackets();
      }
      default -> {
        if (token.kind() == Kind.WORD) {
          throw refused("OPTION (%s)".formatted(token.word()));
        }
        throw unexpected();
      }
    }
  }

  private void plan(Token first) throws SqlError {
    Token second = next();
    switch (first.word() + " " + second.word()) {
      case "FORCE ORDER",
          "KEEP PLAN",
          "KEEPFIXED PLAN",
          "ROBUST PLAN",
          "EXPAND VIEWS",
          "HASH JOIN",
          "MERGE JOIN",
          "LOOP JOIN",
          "HASH GROUP",
          "ORDER GROUP",
          "CONCAT UNION",
          "HASH UNION",
          "MERGE UNION" -> {}
      default -> throw unexpectedOrRefused("OPTION (%s %s)".formatted(first.word(), second.text()));
    }
  }
}
