package dev.renkei.standin.tsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Binary;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Size and depth: neither the stack nor the clock runs out. */
class ParserDepthTest {
  private static final int SMALL_STACK = 512 << 10;

  /** Text of so many levels or terms. */
  private static String nested(String open, String core, String close, int levels) {
    return open.repeat(levels) + core + close.repeat(levels);
  }

  static Stream<Arguments> nestings() {
    return Stream.of(
        Arguments.of("SELECT ", "(", "1", ")"),
        Arguments.of("SELECT ", "1 + (", "1", ")"),
        Arguments.of("SELECT ", "- ", "1", ""),
        Arguments.of("SELECT ", "a + ", "1", ""),
        Arguments.of("SELECT ", "f(", "1", ")"),
        Arguments.of("SELECT ", "CAST(", "1", " AS int)"),
        Arguments.of("SELECT ", "f() OVER (ORDER BY ", "1", ")"),
        Arguments.of("SELECT ", "CASE WHEN 1 = 1 THEN ", "1", " END"),
        Arguments.of("SELECT ", "(SELECT ", "1", ")"),
        Arguments.of("SELECT ", "((SELECT 1) UNION SELECT ", "1", ")"),
        Arguments.of("SELECT 1 WHERE ", "NOT ", "1 = 1", ""),
        Arguments.of("SELECT 1 WHERE ", "a = 1 AND ", "1 = 1", ""),
        Arguments.of("SELECT 1 WHERE ", "(a = 1 OR (b = 2 AND ", "1 = 1", "))"),
        Arguments.of("SELECT 1 WHERE ", "EXISTS (SELECT 1 WHERE ", "1 = 1", ")"),
        Arguments.of("SELECT 1 WHERE ", "1 IN (CASE WHEN ", "1 = 1", " THEN 1 END)"),
        Arguments.of("SELECT 1 FROM ", "(SELECT 1 AS a FROM ", "t", ") AS x"),
        Arguments.of("SELECT 1 FROM ", "(", "t", ")"),
        Arguments.of("SELECT 1 FROM a ", "JOIN b ", "", "ON 1 = 1 "),
        Arguments.of("SELECT 1 ", "UNION SELECT 1 ", "", ""),
        Arguments.of("SELECT 1 ", "UNION ALL SELECT 1 ", "", ""),
        Arguments.of("", "(", "SELECT 1", ")"),
        Arguments.of("", "IF 1 = 1 ", "SELECT 1", ""),
        Arguments.of("", "BEGIN ", "SELECT 1", " END"));
  }

  @ParameterizedTest
  @MethodSource("nestings")
  void neverOverflowsEvenASmallStack(String start, String open, String core, String close)
      throws Exception {
    for (int levels : new int[] {30, 150, 300, 1_000, 5_000, 50_000}) {
      String batch = start + nested(open, core, close, levels);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread thread =
          new Thread(null, () -> failure.set(thrownBy(batch)), "small stack", SMALL_STACK);
      thread.start();
      thread.join();

      if (failure.get() != null) {
        assertThat(failure.get()).isInstanceOf(SqlError.class);
        assertThat(((SqlError) failure.get()).number()).isEqualTo(191);
        assertThat(levels).as("the depth that is too much").isGreaterThan(30);
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Throwable thrownBy(String batch) {
    try {
      Parser.parse(batch);
      return null;
    } catch (SqlError | RuntimeException | StackOverflowError e) {
      return e;
    }
  }

  @Test
  void understandsAThousandBrackets() throws SqlError {
    Expression brackets = Parser.parseExpression(nested("(", "1", ")", 1_000));
    Expression sum = Parser.parseExpression(nested("1 + (", "1", ")", 1_000));

    assertThat(Unparser.text(brackets)).isEqualTo("1");
    assertThat(Unparser.text(sum)).isEqualTo("1 + (".repeat(999) + "1 + 1" + ")".repeat(999));
  }

  @Test
  void keepsTheTreeOfAThousandTermsShallow() throws SqlError {
    String text =
        IntStream.range(0, 1_000).mapToObj(i -> "a = " + i).collect(Collectors.joining(" OR "));

    Expression tree = Parser.parseExpression(text);

    assertThat(height(tree)).isLessThanOrEqualTo(12);
    assertThat(Unparser.text(tree)).isEqualTo(text);
  }

  private static int height(Expression tree) {
    return tree instanceof Binary binary
        ? 1 + Math.max(height(binary.left()), height(binary.right()))
        : 0;
  }

  @Test
  void keepsTheOrderOfAThousandUnions() throws SqlError {
    String text =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "SELECT " + i)
            .collect(Collectors.joining(" UNION ALL "));

    Statement.Select select = (Statement.Select) Parser.parse(text).get(0);

    assertThat(select.query().body()).isInstanceOf(Query.SetOperation.class);
    assertThat(Unparser.text(select.query())).isEqualTo(text);
  }

  @Test
  void readsAPollOfAThousandTablesQuickly() throws SqlError {
    String poll =
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    "SELECT %d AS n WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES [dbo].[Table%d], @v%d) AS ct)"
                        .formatted(i, i, i))
            .collect(Collectors.joining(" UNION ALL "));
    assertThat(poll.length()).isGreaterThan(90_000);

    Duration best = Duration.ofDays(1);
    for (int round = 0; round < 20; round++) {
      long start = System.nanoTime();
      Parser.parse(poll);
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      best = taken.compareTo(best) < 0 ? taken : best;
    }

    assertThat(best).isLessThan(Duration.ofMillis(100));
  }
}
