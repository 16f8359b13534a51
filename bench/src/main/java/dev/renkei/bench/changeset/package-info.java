/** Whether a tracker with little memory reads a change set that is much larger. */
@NullMarked
package dev.renkei.bench.changeset;

import org.jspecify.annotations.NullMarked;
