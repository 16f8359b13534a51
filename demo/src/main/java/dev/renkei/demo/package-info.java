/**
 * The demo's shop: its tables and rows, an independent writer with its ledger, and the proof that
 * compares the source, the hub and the warehouse in the end.
 *
 * <p>Knows core's ports and JDBC drivers, nothing of how Renkei reads, publishes or loads: what
 * proves must not share the code of what is proved. Who starts the processes is the command line's
 * matter.
 */
@NullMarked
package dev.renkei.demo;

import org.jspecify.annotations.NullMarked;
