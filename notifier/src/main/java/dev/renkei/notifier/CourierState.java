package dev.renkei.notifier;

import org.jspecify.annotations.Nullable;

/**
 * How a rule's notifications get to a target; counts since the start.
 *
 * @param place for people
 * @param repeated calls that were repeated
 * @param givenUp notifications that became dead letters
 * @param problem of the last call; null where it went well
 */
public record CourierState(
    String rule,
    String place,
    long delivered,
    long repeated,
    long givenUp,
    @Nullable String problem) {}
