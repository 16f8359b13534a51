package dev.renkei.standin.tsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Statement;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every batch of the corpus. */
class CorpusTest {
  static Stream<String> batches() {
    return Corpus.batches().stream();
  }

  @ParameterizedTest
  @MethodSource("batches")
  void isUnderstood(String batch) throws SqlError {
    assertThat(Parser.parse(batch)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("batches")
  void readsTheSameAfterItWasWrittenBack(String batch) throws Exception {
    List<Object> found = new ArrayList<>();
    collect(Parser.parse(batch), found);

    for (Object tree : found) {
      if (tree instanceof Query query) {
        String text = Unparser.text(query);
        assertThat(parseQuery(text)).as(text).isEqualTo(query);
      } else if (tree instanceof Expression expression && expression != Statement.DEFAULT_VALUE) {
        String text = Unparser.text(expression);
        assertThat(Parser.parseExpression(text)).as(text).isEqualTo(expression);
      }
    }
  }

  private static Query parseQuery(String text) throws SqlError {
    List<Statement> statements = Parser.parse(text);
    assertThat(statements).as(text).hasSize(1);
    return ((Statement.Select) statements.get(0)).query();
  }

  /** Every query and expression of a tree; sorted subqueries are no statements, but so are they. */
  private static void collect(Object node, List<Object> found) throws Exception {
    if (node instanceof Collection<?> nodes) {
      for (Object child : nodes) {
        collect(child, found);
      }
    } else if (node instanceof Record parent) {
      if (parent instanceof Query || parent instanceof Expression) {
        found.add(parent);
      }
      for (RecordComponent component : parent.getClass().getRecordComponents()) {
        Object child = component.getAccessor().invoke(parent);
        if (child != null) {
          collect(child, found);
        }
      }
    }
  }

  @Test
  void onlyEverFailsWithAnSqlErrorHoweverItIsCutOrTorn() {
    Random random = new Random(20_240_229);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (String batch : Corpus.batches()) {
            for (int round = 0; round < 60; round++) {
              parseAnything(batch.substring(0, random.nextInt(batch.length() + 1)));
              parseAnything(withoutTokens(batch, random, 1 + random.nextInt(3)));
              parseAnything(withSwappedTokens(batch, random));
            }
          }
        });
  }

  private static void parseAnything(String text) {
    try {
      Parser.parse(text);
    } catch (SqlError expected) {
      assertThat(expected.line()).as(text).isPresent();
      assertThat(expected.getMessage()).as(text).isNotBlank();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("not an SqlError for: " + text, e);
    }
  }

  private static String withoutTokens(String batch, Random random, int count) throws SqlError {
    List<Token> tokens = Lexer.tokens(batch);
    List<Integer> gone =
        IntStream.range(0, count).mapToObj(i -> random.nextInt(tokens.size())).toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (!gone.contains(i)) {
        text.append(batch, tokens.get(i).start(), tokens.get(i + 1).start()).append(' ');
      }
    }
    return text.toString();
  }

  private static String withSwappedTokens(String batch, Random random) throws SqlError {
    List<Token> tokens = Lexer.tokens(batch);
    int first = random.nextInt(tokens.size());
    int second = random.nextInt(tokens.size());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      int from = i == first ? second : i == second ? first : i;
      int index = Math.min(from, tokens.size() - 2);
      text.append(batch, tokens.get(index).start(), tokens.get(index + 1).start()).append(' ');
    }
    return text.toString();
  }
}
