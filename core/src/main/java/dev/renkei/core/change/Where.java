package dev.renkei.core.change;

import dev.renkei.core.change.KeyRange.Operator;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows of a table are meant, in a small language of its own: comparisons of a column with a
 * constant, joined by AND. Nothing of it becomes SQL but names that are quoted; constants travel as
 * parameters.
 *
 * <pre>
 * OrderID >= 1000 AND OrderID < 2000
 * [Order Date] BETWEEN '2024-01-01' AND '2024-01-31' AND Region = 'JP'
 * </pre>
 *
 * @param text as it was given
 */
public record Where(String text, List<Term> terms) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:[Nn]?'(?<string>(?:[^']|'')*)'|(?<name>[\\p{L}_][\\p{L}\\p{N}_@$#]*)"
              + "|\\[(?<quoted>(?:[^\\]]|\\]\\])+)\\]|(?<sign><=|>=|<|>|=)"
              + "|(?<number>0x[0-9A-Fa-f]*|[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?"
              + "))");

  public Where {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a condition without a comparison");
    }
  }

  /**
   * One comparison.
   *
   * @param literal the constant's text, without quotes
   * @param isText whether it stood in quotes
   * @param at where it begins in the text, from 1
   */
  public record Term(String column, Operator operator, String literal, boolean isText, int at) {}

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException where it is none; the message says where
   */
  public static Where parse(String text) {
    return new Parser(text).parse();
  }

  /** A comparison whose constant has the column's type. */
  public record Typed(Column column, Operator operator, Object value) {}

  /**
   * Gives constants the types of a table's columns.
   *
   * @throws IllegalArgumentException where a column is not there, or a constant does not fit it;
   *     the message says where
   */
  public List<Typed> typed(TableSchema schema) {
    List<Typed> typed = new ArrayList<>();
    for (Term term : terms) {
      Column column =
          schema.columns().stream()
              .filter(c -> c.name().equalsIgnoreCase(term.column()))
              .findFirst()
              .orElseThrow(
                  () ->
                      fault(
                          term.at(),
                          "%s has no column %s".formatted(schema.table(), term.column())));
      try {
        typed.add(new Typed(column, term.operator(), Literals.value(column, term)));
      } catch (RuntimeException e) {
        throw fault(
            term.at(),
            "%s is no %s (column %s)%s"
                .formatted(
                    term.literal(),
                    column.sqlType(),
                    column.name(),
                    e instanceof Literals.MisfitException ? ": " + e.getMessage() : ""));
      }
    }
    return typed;
  }

  /**
   * The same as a range of keys; empty where it is none, so that a consumer could not tell which
   * rows have vanished: a column outside the key, or one whose order is not the same everywhere.
   */
  public Optional<KeyRange> keyRange(TableSchema schema) {
    List<Column> key = schema.key();
    List<KeyRange.Bound> bounds = new ArrayList<>();
    for (Typed one : typed(schema)) {
      Column column = one.column();
      boolean number = isExactNumber(column.kind());
      boolean ordered = number || isTime(column.kind());
      boolean floating = column.kind() == TypeKind.REAL || column.kind() == TypeKind.FLOAT;
      if (!column.isKey() || floating || (!ordered && one.operator() != Operator.EQUAL)) {
        return Optional.empty();
      }
      bounds.add(
          new KeyRange.Bound(
              key.indexOf(column),
              one.operator(),
              number,
              number ? scale(column) : 0,
              KeyFolding.foldOne(column, one.value())));
    }
    return Optional.of(new KeyRange(bounds));
  }

  private static int scale(Column column) {
    return switch (column.kind()) {
      case DECIMAL -> column.scale();
      case MONEY, SMALLMONEY -> 4;
      default -> 0;
    };
  }

  private static boolean isExactNumber(TypeKind kind) {
    return switch (kind) {
      case BIT, TINYINT, SMALLINT, INT, BIGINT, DECIMAL, MONEY, SMALLMONEY -> true;
      default -> false;
    };
  }

  private static boolean isTime(TypeKind kind) {
    return switch (kind) {
      case DATE, TIME, DATETIME, SMALLDATETIME, DATETIME2 -> true;
      default -> false;
    };
  }

  static IllegalArgumentException fault(int at, String what) {
    return new IllegalArgumentException("character %d: %s".formatted(at, what));
  }

  private static final class Parser {
    private final String text;
    private final Matcher tokens;
    private final List<Term> terms = new ArrayList<>();
    private int at;

    Parser(String text) {
      this.text = text;
      this.tokens = TOKEN.matcher(text);
    }

    Where parse() {
      do {
        comparison();
      } while (word("AND"));
      if (!text.substring(at).isBlank()) {
        throw fault(begin(), "expected AND or the end");
      }
      return new Where(text, terms);
    }

    private void comparison() {
      int from = begin();
      if (!next() || (group("name") == null && group("quoted") == null)) {
        throw fault(from, "expected a column");
      }
      String quoted = group("quoted");
      String column = quoted == null ? String.valueOf(group("name")) : quoted.replace("]]", "]");
      if (word("BETWEEN")) {
        constant(column, Operator.AT_LEAST, from);
        int and = begin();
        if (!word("AND")) {
          throw fault(and, "expected AND, of BETWEEN");
        }
        constant(column, Operator.AT_MOST, from);
        return;
      }
      int sign = begin();
      if (!next() || group("sign") == null) {
        throw fault(sign, "expected <, <=, =, >=, > or BETWEEN");
      }
      constant(column, Operator.of(String.valueOf(group("sign"))), from);
    }

    private void constant(String column, Operator operator, int from) {
      int here = begin();
      if (next()) {
        String string = group("string");
        String number = group("number");
        if (string != null) {
          terms.add(new Term(column, operator, string.replace("''", "'"), true, from));
          return;
        }
        if (number != null) {
          terms.add(new Term(column, operator, number, false, from));
          return;
        }
      }
      throw fault(here, "expected a number, or text in 'quotes'");
    }

    private boolean next() {
      if (!tokens.find(at) || tokens.start() != at) {
        return false;
      }
      at = tokens.end();
      return true;
    }

    /** Takes that word, if it is the next one. */
    private boolean word(String wanted) {
      int before = at;
      String name = next() ? group("name") : null;
      if (name != null && name.toUpperCase(Locale.ROOT).equals(wanted)) {
        return true;
      }
      at = before;
      return false;
    }

    private @org.jspecify.annotations.Nullable String group(String name) {
      return tokens.group(name);
    }

    /** Where the next token begins, from 1. */
    private int begin() {
      int begin = at;
      while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
        begin++;
      }
      return begin + 1;
    }
  }
}
