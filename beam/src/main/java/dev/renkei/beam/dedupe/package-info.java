/** Raw to hub: the flow that removes duplicates, as a pipeline. */
@NullMarked
package dev.renkei.beam.dedupe;

import org.jspecify.annotations.NullMarked;
