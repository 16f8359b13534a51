/**
 * Conditions on rows, in CEL: compiled once against a table's schema, then asked for each row.
 *
 * <p>No socket, clock or thread in here. This room may import {@code java.*}, {@code
 * org.jspecify.*}, core, CEL and what CEL's signatures are made of (Guava); no other room sees CEL.
 */
@NullMarked
package dev.renkei.steps.expression;

import org.jspecify.annotations.NullMarked;
