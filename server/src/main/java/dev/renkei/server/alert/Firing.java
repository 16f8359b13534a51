package dev.renkei.server.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been wrong for how long: from pending over firing to cleared. A value: {@link #next}
 * makes another.
 *
 * @param conditions in the order in which they became wrong
 */
record Firing(Map<Violation.Id, Condition> conditions) {
  static final Firing NOTHING = new Firing(Map.of());

  Firing {
    conditions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(conditions));
  }

  /**
   * One thing that is wrong.
   *
   * @param last the violation seen last
   * @param since when it became wrong
   * @param firedAt when somebody was told; null while it is pending
   * @param wellSince since when it is well again; null while it is wrong
   */
  record Condition(
      Violation last, Instant since, @Nullable Instant firedAt, @Nullable Instant wellSince) {
    boolean fires() {
      return firedAt != null;
    }
  }

  /** What is to be told. */
  record Transition(State state, Violation violation, Instant since, Instant at) {
    enum State {
      FIRING,
      CLEARED
    }
  }

  /** What comes next, and what is to be told of it. */
  record Step(Firing firing, List<Transition> transitions) {
    Step {
      transitions = List.copyOf(transitions);
    }
  }

  /**
   * One look.
   *
   * @param wrong all that is wrong at that time
   */
  Step next(Instant at, List<Violation> wrong) {
    Map<Violation.Id, Condition> next = new LinkedHashMap<>();
    List<Transition> told = new ArrayList<>();
    Map<Violation.Id, Violation> now = new LinkedHashMap<>();
    wrong.forEach(violation -> now.put(violation.id(), violation));
    conditions.forEach(
        (id, condition) -> {
          Violation violation = now.remove(id);
          Condition after =
              violation == null
                  ? well(condition, at, told)
                  : stillWrong(condition, violation, at, told);
          if (after != null) {
            next.put(id, after);
          }
        });
    now.forEach(
        (id, violation) ->
            next.put(
                id, stillWrong(new Condition(violation, at, null, null), violation, at, told)));
    return new Step(new Firing(next), told);
  }

  private static Condition stillWrong(
      Condition condition, Violation violation, Instant at, List<Transition> told) {
    Instant fired = condition.firedAt();
    boolean due = !at.isBefore(condition.since().plus(violation.rule().holds()));
    if (fired == null && due) {
      told.add(new Transition(Transition.State.FIRING, violation, condition.since(), at));
      fired = at;
    }
    return new Condition(violation, condition.since(), fired, null);
  }

  /**
   * What was only pending is forgotten at once; what fires is cleared once it has been well long
   * enough.
   */
  private static @Nullable Condition well(Condition condition, Instant at, List<Transition> told) {
    if (!condition.fires()) {
      return null;
    }
    Instant since = condition.wellSince() == null ? at : condition.wellSince();
    Duration settles = condition.last().rule().settles();
    if (!at.isBefore(since.plus(settles))) {
      told.add(new Transition(Transition.State.CLEARED, condition.last(), condition.since(), at));
      return null;
    }
    return new Condition(condition.last(), condition.since(), condition.firedAt(), since);
  }
}
