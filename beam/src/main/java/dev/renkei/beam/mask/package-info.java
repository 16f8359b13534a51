/** The hub to its masked side, by the step that masks. */
@NullMarked
package dev.renkei.beam.mask;

import org.jspecify.annotations.NullMarked;
