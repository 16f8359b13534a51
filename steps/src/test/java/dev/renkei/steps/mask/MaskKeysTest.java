package dev.renkei.steps.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskKeysTest {
  private final MaskKeys keys = MaskKeys.create();

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    MaskKeys read = MaskKeys.parse(keys.json());

    assertThat(new Crypto(read).hash("a")).isEqualTo(new Crypto(keys).hash("a"));
    assertThat(new Crypto(read).token("a")).isEqualTo(new Crypto(keys).token("a"));
    assertThat(read.json()).isEqualTo(keys.json());
  }

  @Test
  void eachKeysetHasKeysOfItsOwn() {
    assertThat(new Crypto(MaskKeys.create()).hash("a")).isNotEqualTo(new Crypto(keys).hash("a"));
  }

  @Test
  void afterARotationNewKeysMakeHashesAndTokensAndOldTokensAreStillRead() throws Exception {
    MaskKeys rotated = MaskKeys.parse(keys.rotated().json());

    assertThat(new Crypto(rotated).hash("連携")).isNotEqualTo(new Crypto(keys).hash("連携"));
    assertThat(new Crypto(rotated).token("連携")).isNotEqualTo(new Crypto(keys).token("連携"));
    assertThat(rotated.detokenize(new Crypto(keys).token("連携"))).isEqualTo("連携");
    assertThat(rotated.detokenize(new Crypto(rotated).token("連携"))).isEqualTo("連携");
    String newer = new Crypto(rotated).token("連携");
    assertThatThrownBy(() -> keys.detokenize(newer))
        .isInstanceOf(MaskKeysException.class)
        .hasMessage("not a token that a key of this keyset has made");
  }

  @Test
  void nothingOfThemIsShown() {
    assertThat(keys).hasToString("MaskKeys[hidden]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "s3cret", "{\"hash\":{},\"token\":{}}", "{\"hash\":\"s3cret\"}"})
  void whatIsNoKeysetIsRefusedWithoutBeingShown(String text) {
    assertThatThrownBy(() -> MaskKeys.parse(text))
        .isInstanceOf(MaskKeysException.class)
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }
}
