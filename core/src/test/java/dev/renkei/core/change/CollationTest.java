package dev.renkei.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollationTest {
  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Latin1_General_CI_AS,abc,ABC",
        "Latin1_General_CI_AS,ÄÖé,äöÉ",
        "Latin1_General_CS_AS,abc,abc   ",
        "Latin1_General_BIN2,abc,abc ",
        "Latin1_General_BIN,abc,abc ",
        "SQL_Latin1_General_CP1_CI_AS,Abc,aBC ",
        "SQL_Latin1_General_CP1_CI_AI,Café,CAFE",
        "Latin1_General_100_CI_AI_SC_UTF8,e\u0301,é",
        "Japanese_CI_AS,か,カ",
        "Japanese_CI_AS,か,ｶ",
        "Japanese_CI_AS,ガ,ｶﾞ",
        "Japanese_CI_AS,が,ｶﾞ",
        "Japanese_CI_AS,ぱ,ﾊﾟ",
        "Japanese_CI_AS,ＡＢＣ１２,abc12",
        "Japanese_CI_AS,ゝ,ヽ",
        "Japanese_CI_AS,東京,東京　",
        "Japanese_CI_AS_KS,カ,ｶ",
        "Japanese_CI_AS_WS,か,カ",
        "Japanese_CI_AS_KS_WS,ａ,Ａ",
        "Japanese_CI_AI,は,パ",
        "Japanese_CI_AI,っ,ツ",
        "Japanese_XJIS_140_CS_AS,か,カ",
        "Turkish_CI_AS,I,ı",
        "Turkish_CI_AS,İ,i",
        "Cyrillic_General_CI_AS,Ж,ж",
        "Greek_CI_AS,Ω,ω",
      })
  void oneKey(String collation, String one, String other) {
    assertThat(fold(collation, one)).isEqualTo(fold(collation, other));
  }

  @ParameterizedTest(name = "{0}: {1} <> {2}")
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Latin1_General_CS_AS,abc,ABC",
        "Latin1_General_CI_AS,e,é",
        "Latin1_General_CI_AS,abc, abc",
        "Latin1_General_BIN2,abc,ABC",
        "Latin1_General_BIN2,か,カ",
        "Latin1_General_CI_AS,I,ı",
        "Latin1_General_CI_AS,i,İ",
        "Latin1_General_CI_AS,k,\u212A",
        "Japanese_CI_AS,か,が",
        "Japanese_CI_AS,つ,っ",
        "Japanese_CI_AS_KS,か,カ",
        "Japanese_CI_AS_WS,ア,ｱ",
        "Japanese_CI_AS_WS,A,Ａ",
        "Japanese_BIN,か,カ",
        "Turkish_CI_AS,I,i",
        "Finnish_Swedish_CI_AI,ä,a",
        "Modern_Spanish_CI_AI,ñ,n",
        "Latin1_General_CI_AS,𠮷,𠮸",
        "Japanese_CI_AS,神,\uFA19",
        "Something_New,abc,ABC",
      })
  void twoKeys(String collation, String one, String other) {
    assertThat(fold(collation, one)).isNotEqualTo(fold(collation, other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Japanese_CI_AI",
        "Japanese_CI_AS",
        "Japanese_CS_AI_KS_WS",
        "Turkish_CI_AI",
        "Latin1_General_BIN2",
        "SQL_Latin1_General_CP1_CI_AS"
      })
  void foldingAgainChangesNothing(String collation) {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(5); n >= 0; n--) {
        text.append((char) random.nextInt(0x10000));
        text.append((char) (0x3040 + random.nextInt(0xC0)));
        text.append((char) (0xFF61 + random.nextInt(63)));
      }
      String folded = fold(collation, text.toString());

      assertThat(fold(collation, folded)).isEqualTo(folded);
    }
  }

  @Test
  void everyHalfWidthKatakanaHasItsFullWidth() {
    for (char c = '\uFF61'; c <= '\uFF9F'; c++) {
      String wide = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC);

      assertThat(fold("Japanese_CS_AS_KS", "x" + c)).isEqualTo("x" + wide);
    }
  }

  private static String fold(String collation, String text) {
    return Collation.named(collation).fold(text);
  }
}
