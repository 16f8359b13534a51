package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.QueryAnswer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTextTest {
  private static final QueryAnswer ANSWER =
      new QueryAnswer(
          List.of("id", "name", "price", "ok"),
          List.of("INTEGER", "VARCHAR", "DECIMAL(10,2)", "BOOLEAN"),
          List.of(
              Arrays.asList(7L, "白い\"服\",\n", "19.90", true), Arrays.asList(-12L, "", null, null)),
          false,
          3);

  private interface Writes {
    void to(PrintWriter out) throws Exception;
  }

  private static String text(Writes writes) throws Exception {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    writes.to(out);
    out.flush();
    return text.toString();
  }

  @Test
  void drawsATableWithNumbersToTheRightAndWideCharactersCountedAsTwo() throws Exception {
    assertThat(text(out -> ResultText.table(ANSWER, out)).lines())
        .containsExactly(
            " id  name        price  ok",
            "  7  白い\"服\",␊  19.90  true",
            "-12               NULL  NULL",
            "2 rows in 3 ms");
  }

  @Test
  void writesCsvThatTellsNullFromTheEmptyText() throws Exception {
    assertThat(text(out -> ResultText.csv(ANSWER, out)))
        .isEqualTo("id,name,price,ok\r\n7,\"白い\"\"服\"\",\n\",19.90,true\r\n-12,\"\",,\r\n");
  }

  @Test
  void writesJsonObjectsWithExactDecimalsAsText() throws Exception {
    assertThat(text(out -> ResultText.json(ANSWER, out)))
        .contains("\"id\" : 7", "\"price\" : \"19.90\"", "\"ok\" : true", "\"price\" : null");
  }

  @Test
  void cutsLongTextsInTablesOnly() throws Exception {
    QueryAnswer wide =
        new QueryAnswer(
            List.of("t"), List.of("VARCHAR"), List.of(List.of("x".repeat(200))), false, 0);

    assertThat(text(out -> ResultText.table(wide, out))).contains("x".repeat(59) + "…");
    assertThat(text(out -> ResultText.csv(wide, out))).contains("x".repeat(200));
  }
}
