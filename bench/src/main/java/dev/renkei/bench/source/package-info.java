/** The SQL Server stand-in in a process of its own, and a hub that costs nothing. */
@NullMarked
package dev.renkei.bench.source;

import org.jspecify.annotations.NullMarked;
