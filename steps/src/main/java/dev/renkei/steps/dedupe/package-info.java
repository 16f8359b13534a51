/**
 * Which change of a row is new (SEMANTICS 9): the decision that every engine's dedupe asks. Imports
 * core and the seam alone.
 */
@NullMarked
package dev.renkei.steps.dedupe;

import org.jspecify.annotations.NullMarked;
