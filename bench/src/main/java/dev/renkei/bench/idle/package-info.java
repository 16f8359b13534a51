/** What tables cost that do not change. */
@NullMarked
package dev.renkei.bench.idle;

import org.jspecify.annotations.NullMarked;
