/**
 * The plain loop from a hub's reader, of either kind, into a warehouse.
 *
 * <p>Knows core only: which hub and which warehouse is for whoever starts it to say.
 */
@NullMarked
package dev.renkei.loader;

import org.jspecify.annotations.NullMarked;
