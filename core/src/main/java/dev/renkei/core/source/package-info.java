/**
 * What the product asks of a source beside its changes: its rows as they are, for a comparison.
 *
 * <p>No vendor's type in here.
 */
@NullMarked
package dev.renkei.core.source;

import org.jspecify.annotations.NullMarked;
