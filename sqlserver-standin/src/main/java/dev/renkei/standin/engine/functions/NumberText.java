package dev.renkei.standin.engine.functions;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as text, by the styles of CONVERT. */
final class NumberText {
  private NumberText() {}

  static String decimal(BigDecimal value) {
    return value.toPlainString();
  }

  /** Style 0: two digits; 1: with commas; 2: four digits. */
  static String money(BigDecimal value, int style) {
    if (style == 2 || style == 126) {
      return value.setScale(4, RoundingMode.HALF_UP).toPlainString();
    }
    BigDecimal rounded = value.setScale(2, RoundingMode.HALF_UP);
    return style == 1 ? String.format(Locale.ROOT, "%,.2f", rounded) : rounded.toPlainString();
  }

  /** Style 0: up to six digits; 1: eight, 2: sixteen, 3: seventeen, always with an exponent. */
  static String floating(Number value, int style) {
    double number = value.doubleValue();
    return switch (style) {
      case 1 -> exponential(number, 8);
      case 2 -> exponential(number, 16);
      case 3 -> exponential(number, 17);
      default -> general(number);
    };
  }

  private static String exponential(double number, int digits) {
    return widened(String.format(Locale.ROOT, "%." + (digits - 1) + "e", number));
  }

  /** C's %g, with exponents of at least three digits as the Windows runtime writes them. */
  private static String general(double number) {
    if (number == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(number).round(new MathContext(6, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      BigDecimal plain = rounded.stripTrailingZeros();
      return plain.scale() < 0 ? plain.setScale(0).toPlainString() : plain.toPlainString();
    }
    String text = String.format(Locale.ROOT, "%.5e", number);
    int e = text.indexOf('e');
    String mantissa = text.substring(0, e).replaceFirst("0+$", "").replaceFirst("\\.$", "");
    return widened(mantissa + text.substring(e));
  }

  private static String widened(String text) {
    int e = text.indexOf('e');
    String digits = text.substring(e + 2);
    return text.substring(0, e + 2) + "0".repeat(Math.max(0, 3 - digits.length())) + digits;
  }
}
