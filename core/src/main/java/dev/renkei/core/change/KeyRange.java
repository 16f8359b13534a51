package dev.renkei.core.change;

import java.io.Serializable;
import java.util.List;

/**
 * A part of a table's keys, told by bounds that all hold (SEMANTICS 27). It compares what stands in
 * a folded key, so that every consumer decides alike.
 *
 * @param bounds at least one
 */
public record KeyRange(List<Bound> bounds) implements Serializable {
  public KeyRange {
    bounds = List.copyOf(bounds);
    if (bounds.isEmpty()) {
      throw new IllegalArgumentException("a range without a bound");
    }
  }

  /** How a bound compares. */
  public enum Operator {
    LESS("<"),
    AT_MOST("<="),
    EQUAL("="),
    AT_LEAST(">="),
    MORE(">");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    /** As SQL writes it. */
    public String sign() {
      return sign;
    }

    public static Operator of(String sign) {
      for (Operator operator : values()) {
        if (operator.sign.equals(sign)) {
          return operator;
        }
      }
      throw new IllegalArgumentException("not a comparison: " + sign);
    }
  }

  /**
   * One bound.
   *
   * @param position in the folded key, from 0
   * @param isNumber whether it compares as a number with {@code scale} places; else as text, code
   *     point by code point
   * @param value as a folded key has it
   */
  public record Bound(int position, Operator operator, boolean isNumber, int scale, String value)
      implements Serializable {
    public Bound {
      if (position < 0 || scale < 0 || scale > 38) {
        throw new IllegalArgumentException(
            "a bound at position %d with %d places".formatted(position, scale));
      }
    }
  }
}
