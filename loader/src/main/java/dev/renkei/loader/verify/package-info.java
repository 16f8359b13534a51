/**
 * Whether a warehouse holds what its source holds (SEMANTICS 27): reading, waiting and judging. The
 * source reads, and the warehouse compares; what is judged here is what counts as a difference.
 */
@NullMarked
package dev.renkei.loader.verify;

import org.jspecify.annotations.NullMarked;
