package dev.renkei.cli.deploy;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What changes of some keys mean.
 *
 * @param keys whole keys; what its groups matched is handed to {@code effects}
 * @param rolls parts that read these keys
 */
record Rule(Pattern keys, Set<Part> rolls, BiFunction<Change, MatchResult, List<Effect>> effects) {

  /** Without effects beside the restart. */
  static Rule of(String keys, Set<Part> rolls) {
    return of(keys, rolls, (change, match) -> List.of());
  }

  static Rule of(
      String keys, Set<Part> rolls, BiFunction<Change, MatchResult, List<Effect>> effects) {
    return new Rule(Pattern.compile(keys), rolls, effects);
  }

  /** With one, whatever changes. */
  static Rule always(String keys, Set<Part> rolls, Effect.Kind kind, String sentence) {
    return of(keys, rolls, (change, match) -> List.of(new Effect(kind, change.key(), sentence)));
  }

  boolean fits(Change change) {
    return keys.matcher(change.key()).matches();
  }

  List<Effect> effects(Change change) {
    Matcher matcher = keys.matcher(change.key());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(change + " is not of " + keys);
    }
    return effects.apply(change, matcher.toMatchResult());
  }
}
