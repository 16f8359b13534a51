package dev.renkei.core.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text that is never shown; only {@link #reveal()} gives it away. */
public final class Secret implements Hidden {
  private final String text;

  public Secret(String text) {
    this.text = Objects.requireNonNull(text);
  }

  /** For the one call that needs it: a login, a signature. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
