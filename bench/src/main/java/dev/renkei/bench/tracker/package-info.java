/** What the tracker costs, beside a bare loop over the driver that asks the same. */
@NullMarked
package dev.renkei.bench.tracker;

import org.jspecify.annotations.NullMarked;
