package dev.renkei.standin.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code CHANGETABLE(CHANGES ..)}.
 *
 * @param creationVersion null where the row was not inserted after the cursor
 * @param operation I, U or D
 * @param columns the mask as lower-case hex, null where the server gives none
 * @param context as lower-case hex, null where the writer gave none
 * @param key the values of the primary key, in its order
 */
public record Change(
    long version,
    @Nullable Long creationVersion,
    String operation,
    @Nullable String columns,
    @Nullable String context,
    List<@Nullable Object> key) {

  /** Operation and key, which is what most rules are about: {@code "U [7]"}. */
  public String net() {
    return operation + " " + key;
  }
}
