/**
 * Benchmarks: each measures a part of Renkei beside a bare loop that does the same work in the same
 * run.
 *
 * <p>May import every module and the drivers; started as a process by {@code renkei bench}.
 */
@NullMarked
package dev.renkei.bench;

import org.jspecify.annotations.NullMarked;
