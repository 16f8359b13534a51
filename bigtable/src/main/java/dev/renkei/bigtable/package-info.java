/**
 * The latest row of every key in Bigtable, for services that look rows up: what is written where is
 * decided by values alone, and Bigtable is reached by a few thin classes.
 *
 * <p>This room may import {@code dev.renkei.core} and Google's clients; pipelines import it.
 */
@NullMarked
package dev.renkei.bigtable;

import org.jspecify.annotations.NullMarked;
