package dev.renkei.standin.tsql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptsTest {
  @Test
  void splitsAtLinesOfGoInAnyCase() {
    assertThat(Scripts.batches("SELECT 1\nGO\nSELECT 2\r\n  go  \r\nSELECT 3\nGo -- done\n"))
        .containsExactly("SELECT 1\n", "SELECT 2\r\n", "SELECT 3\n");
  }

  @Test
  void repeatsABatchAsOftenAsGoSays() {
    assertThat(Scripts.batches("INSERT t VALUES (1)\nGO 3\nSELECT 1\nGO 0\n"))
        .containsExactly("INSERT t VALUES (1)\n", "INSERT t VALUES (1)\n", "INSERT t VALUES (1)\n");
  }

  @Test
  void leavesOutBatchesOfWhiteSpace() {
    assertThat(Scripts.batches("\nGO\n\n  \nGO\nGO\n")).isEmpty();
    assertThat(Scripts.batches("")).isEmpty();
  }

  @Test
  void ignoresGoInStringsNamesAndComments() {
    String script =
        """
        SELECT 'it''s
        GO
        ' AS [a
        GO
        ]], "b
        GO
        " /* one /* two */
        GO
        */ -- it's
        """;

    assertThat(Scripts.batches(script)).containsExactly(script);
  }

  @Test
  void ignoresWordsThatOnlyBeginWithGo() {
    assertThat(Scripts.batches("GOTO x\nGO x\nSELECT GO\n"))
        .containsExactly("GOTO x\nGO x\nSELECT GO\n");
  }

  @Test
  void aQuoteBehindTwoDashesOpensNothing() {
    assertThat(Scripts.batches("SELECT 1 -- don't\nGO\nSELECT 2"))
        .containsExactly("SELECT 1 -- don't\n", "SELECT 2");
  }
}
