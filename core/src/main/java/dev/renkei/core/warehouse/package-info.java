/** Port of a warehouse, and what a loader tells it. */
@NullMarked
package dev.renkei.core.warehouse;

import org.jspecify.annotations.NullMarked;
