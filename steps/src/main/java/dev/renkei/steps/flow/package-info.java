/**
 * The seam between flows and engines: what flows are made of, written once, run by an adapter of
 * each engine. Imports core alone.
 */
@NullMarked
package dev.renkei.steps.flow;

import org.jspecify.annotations.NullMarked;
