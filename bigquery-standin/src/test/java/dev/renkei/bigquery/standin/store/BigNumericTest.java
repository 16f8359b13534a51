package dev.renkei.bigquery.standin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BigNumericTest {
  private static final BigDecimal LARGEST =
      new BigDecimal(BigInteger.ONE.shiftLeft(255).subtract(BigInteger.ONE), 38);

  private final Random random = new Random(5);

  private BigDecimal any() {
    BigDecimal number =
        new BigDecimal(new BigInteger(random.nextInt(255), random), random.nextInt(39));
    return BigNumeric.holds(number) && random.nextBoolean() ? number.negate() : number;
  }

  @Test
  void everyNumberComesBackAndTextsCompareAsNumbersDo() {
    for (int round = 0; round < 20_000; round++) {
      BigDecimal a = any();
      BigDecimal b = random.nextInt(10) == 0 ? a.negate() : any();
      if (BigNumeric.holds(a) && BigNumeric.holds(b)) {
        assertThat(BigNumeric.decode(BigNumeric.encode(a))).isEqualByComparingTo(a);
        assertThat(Integer.signum(BigNumeric.encode(a).compareTo(BigNumeric.encode(b))))
            .isEqualTo(a.compareTo(b));
      }
    }
  }

  @Test
  void holdsExactlyItsRange() {
    assertThat(BigNumeric.holds(LARGEST)).isTrue();
    assertThat(BigNumeric.holds(LARGEST.negate().subtract(LARGEST.ulp()))).isTrue();
    assertThatThrownBy(() -> BigNumeric.encode(LARGEST.add(LARGEST.ulp())))
        .hasMessageContaining("Invalid BIGNUMERIC value");
    assertThat(BigNumeric.holds(new BigDecimal("1e-39"))).isFalse();
  }
}
