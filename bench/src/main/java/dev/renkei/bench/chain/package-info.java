/**
 * The whole chain, source and writer included: how fresh, how many, at what cost.
 *
 * <p>Runs the demo with its processes and its proof, after a warm-up.
 */
@NullMarked
package dev.renkei.bench.chain;

import org.jspecify.annotations.NullMarked;
