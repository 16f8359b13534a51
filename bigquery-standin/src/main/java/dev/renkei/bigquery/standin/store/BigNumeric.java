package dev.renkei.bigquery.standin.store;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * BIGNUMERIC as text, because DuckDB's decimals end at 38 digits: a mark, a sign, and 77 digits of
 * the number times 10^38, complemented when negative. Texts of two numbers compare as the numbers
 * do; the mark tells them from strings. There is no arithmetic.
 */
public final class BigNumeric {
  /** Of the private use area: no number and hardly any text begins with it. */
  public static final char MARK = '\uE0B1';

  private static final int DIGITS = 77;
  private static final int SCALE = 38;

  /** 2^255 / 10^38, exclusive above, inclusive below. */
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(255);

  private BigNumeric() {}

  /** Whether BIGNUMERIC can hold the number exactly. */
  public static boolean holds(BigDecimal number) {
    if (number.signum() == 0) {
      return true;
    }
    if (number.precision() - number.scale() > 39 || number.stripTrailingZeros().scale() > SCALE) {
      return false;
    }
    BigInteger scaled = number.setScale(SCALE).unscaledValue();
    return scaled.compareTo(LIMIT) < 0 && scaled.compareTo(LIMIT.negate()) >= 0;
  }

  /**
   * @throws IllegalArgumentException for a number outside the range or with more than 38 decimals
   */
  public static String encode(BigDecimal number) {
    if (!holds(number)) {
      throw new IllegalArgumentException("Invalid BIGNUMERIC value: " + number);
    }
    String digits = number.abs().setScale(SCALE).unscaledValue().toString();
    StringBuilder text = new StringBuilder(DIGITS + 2).append(MARK);
    boolean negative = number.signum() < 0;
    text.append(negative ? '0' : '1').append("0".repeat(DIGITS - digits.length())).append(digits);
    return negative ? complemented(text) : text.toString();
  }

  public static boolean isEncoded(String text) {
    return text.length() == DIGITS + 2 && text.charAt(0) == MARK;
  }

  public static BigDecimal decode(String text) {
    boolean negative = text.charAt(1) == '0';
    String digits = (negative ? complemented(new StringBuilder(text)) : text).substring(2);
    BigDecimal number = new BigDecimal(new BigInteger(digits), SCALE);
    return negative ? number.negate() : number;
  }

  private static String complemented(StringBuilder text) {
    for (int at = 2; at < text.length(); at++) {
      text.setCharAt(at, (char) ('0' + '9' - text.charAt(at)));
    }
    return text.toString();
  }
}
