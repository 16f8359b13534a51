package dev.renkei.bench;

/** What a figure is hoped to be. An aim that is missed is said, and fails nothing. */
public record Aim(Side side, double value) {
  /** On which side of the value the aim lies. */
  public enum Side {
    AT_LEAST(">="),
    AT_MOST("<=");

    private final String sign;

    Side(String sign) {
      this.sign = sign;
    }
  }

  public static Aim atLeast(double value) {
    return new Aim(Side.AT_LEAST, value);
  }

  public static Aim atMost(double value) {
    return new Aim(Side.AT_MOST, value);
  }

  public boolean isReachedBy(double figure) {
    return side == Side.AT_LEAST ? figure >= value : figure <= value;
  }

  /** For example {@code >= 0.8}. */
  @Override
  public String toString() {
    return side.sign + " " + (value == Math.rint(value) ? String.valueOf((long) value) : value);
  }
}
