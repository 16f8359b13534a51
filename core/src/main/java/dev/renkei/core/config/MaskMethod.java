package dev.renkei.core.config;

import java.io.Serializable;

/** What becomes of a column's values on the masked side. */
public sealed interface MaskMethod extends Serializable {
  /** The method's name in the configuration. */
  String name();

  /** Whether a key column may have it: keys stay different from each other. */
  default boolean keepsKeys() {
    return false;
  }

  /** No value. */
  record Null() implements MaskMethod {
    @Override
    public String name() {
      return "null";
    }
  }

  /**
   * A hash, equal for equal values.
   *
   * @param keyed by the keyset; without a key, whoever can guess a value can check the guess
   */
  record Hash(boolean keyed) implements MaskMethod {
    @Override
    public String name() {
      return "hash";
    }

    @Override
    public boolean keepsKeys() {
      return true;
    }
  }

  /** Encrypted, equal for equal values; who has the keyset reads it back. */
  record Tokenize() implements MaskMethod {
    @Override
    public String name() {
      return "tokenize";
    }

    @Override
    public boolean keepsKeys() {
      return true;
    }
  }

  /**
   * Stars but for the ends.
   *
   * @param keepFirst code points; a value that is not longer than both ends has stars only
   */
  record Partial(int keepFirst, int keepLast) implements MaskMethod {
    public Partial {
      if (keepFirst < 0 || keepLast < 0) {
        throw new IllegalArgumentException("%d and %d kept".formatted(keepFirst, keepLast));
      }
    }

    @Override
    public String name() {
      return "partial";
    }
  }

  /** Cut to something coarser. */
  record Truncate(To to) implements MaskMethod {
    /** What it is cut to. */
    public sealed interface To extends Serializable {}

    /** Of dates and times. */
    public enum Unit implements To {
      YEAR,
      MONTH,
      DAY,
      HOUR
    }

    /**
     * Of numbers: a multiple of this power of ten, towards zero.
     *
     * @param zeros from 1, so that 2 means hundreds
     */
    public record Tens(int zeros) implements To {
      public Tens {
        if (zeros < 1 || zeros > 18) {
          throw new IllegalArgumentException("a number of %d zeros".formatted(zeros));
        }
      }
    }

    @Override
    public String name() {
      return "truncate";
    }
  }

  /** The column is not on the masked side. */
  record Drop() implements MaskMethod {
    @Override
    public String name() {
      return "drop";
    }
  }

  /** As it is. */
  record Pass() implements MaskMethod {
    @Override
    public String name() {
      return "pass";
    }

    @Override
    public boolean keepsKeys() {
      return true;
    }
  }
}
