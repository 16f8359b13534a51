/**
 * {@code renkei demo}: starts a shop on the stand-in, two trackers and a writer as processes, loads
 * a warehouse here, and proves at the end that nothing was lost or doubled.
 *
 * <p>What the shop, the writer and the proof are is the module {@code demo}'s; here they are put
 * together.
 */
@NullMarked
package dev.renkei.cli.demo;

import org.jspecify.annotations.NullMarked;
