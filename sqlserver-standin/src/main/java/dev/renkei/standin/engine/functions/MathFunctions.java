package dev.renkei.standin.engine.functions;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic as SQL Server rounds and limits it.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql">
 *     Precision, scale, and length</a>
 */
public final class MathFunctions {
  private MathFunctions() {}

  /** Division cut off, not rounded, at a scale. */
  public static @Nullable BigDecimal divide(
      @Nullable BigDecimal dividend, @Nullable BigDecimal divisor, int scale) throws Raised {
    if (dividend == null || divisor == null) {
      return null;
    }
    if (divisor.signum() == 0) {
      throw new Raised(Errors.error(8134, "Divide by zero error encountered."));
    }
    return dividend.divide(divisor, scale, RoundingMode.DOWN);
  }

  /** ROUND of exact numbers; truncates where {@code cut} is not 0. */
  public static @Nullable BigDecimal round(
      @Nullable BigDecimal value, @Nullable Integer digits, @Nullable Integer cut) {
    if (value == null || digits == null || cut == null) {
      return null;
    }
    RoundingMode mode = cut == 0 ? RoundingMode.HALF_UP : RoundingMode.DOWN;
    return digits >= value.scale()
        ? value
        : value.setScale(digits, mode).setScale(value.scale(), RoundingMode.UNNECESSARY);
  }

  public static @Nullable Double roundFloat(
      @Nullable Double value, @Nullable Integer digits, @Nullable Integer cut) {
    if (value == null || digits == null || cut == null) {
      return null;
    }
    RoundingMode mode = cut == 0 ? RoundingMode.HALF_UP : RoundingMode.DOWN;
    return BigDecimal.valueOf(value).setScale(digits, mode).doubleValue();
  }

  public static double power(double base, double exponent) throws Raised {
    double result = Math.pow(base, exponent);
    if (Double.isNaN(result)) {
      throw invalid();
    }
    return Conversions.finite(result);
  }

  public static double squareRoot(double value) throws Raised {
    if (value < 0) {
      throw invalid();
    }
    return Math.sqrt(value);
  }

  /** Natural logarithm. */
  public static double logarithm(double value) throws Raised {
    if (value <= 0) {
      throw invalid();
    }
    return Math.log(value);
  }

  private static Raised invalid() {
    return new Raised(Errors.error(3623, "An invalid floating point operation occurred."));
  }

  /** ISNUMERIC of a text. */
  public static int isNumeric(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    String t = text.strip();
    boolean number = t.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eEdD][+-]?\\d+)?");
    boolean money =
        t.matches("[+-]?\\s*[$\u00a5\u20ac\u00a3]?\\s*[+-]?[\\d,]*\\.?\\d*") && !t.isEmpty();
    return number || money ? 1 : 0;
  }

  /** A checksum of a text; equal texts have equal ones, but they are not SQL Server's. */
  public static int checksum(String text) {
    int hash = 17;
    for (int i = 0; i < text.length(); i++) {
      hash = Integer.rotateLeft(hash, 4) ^ text.charAt(i) * 0x9E3779B1;
    }
    return hash;
  }

  /** DATEDIFF as int. */
  public static @Nullable Integer dateDiffInt(@Nullable Long count) throws Raised {
    if (count == null) {
      return null;
    }
    if (count != (int) (long) count) {
      throw new Raised(
          Errors.error(
              535,
              "The datediff function resulted in an overflow. The number of dateparts separating"
                  + " two date/time instances is too large. Try to use datediff with a less precise"
                  + " datepart."));
    }
    return (int) (long) count;
  }
}
