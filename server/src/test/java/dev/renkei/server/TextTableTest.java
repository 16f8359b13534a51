package dev.renkei.server;

import static dev.renkei.server.TextTable.Column.left;
import static dev.renkei.server.TextTable.Column.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void alignsTextAndNumbersWhateverTheScript() {
    TextTable table =
        new TextTable(
            List.of(left("NAME"), right("COUNT"), left("NOTE")),
            List.of(
                List.of("品川", "7", "ｶﾅ"),
                List.of("Shinagawa", "1,000", ""),
                List.of("𠮷野家", "", "x")));

    assertThat(table.text())
        .isEqualTo(
            """
            NAME       COUNT  NOTE
            品川           7  ｶﾅ
            Shinagawa  1,000
            𠮷野家            x
            """);
  }

  @Test
  void neverSendsControlCharactersToTheTerminal() {
    TextTable table =
        new TextTable(List.of(left("A")), List.of(List.of("a\nb\u001b[2Jc\u009b\u202Ed")));

    assertThat(table.text()).isEqualTo("A\na␊b␛[2Jc\uFFFD\uFFFDd\n");
  }

  @Test
  void refusesARowThatDoesNotFit() {
    assertThatThrownBy(() -> new TextTable(List.of(left("A")), List.of(List.of("a", "b"))))
        .hasMessage("2 texts for 1 columns");
  }
}
