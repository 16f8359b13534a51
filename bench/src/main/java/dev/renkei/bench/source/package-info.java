/** The SQL Server stand-in in a process of its own, as the other benchmarks read it. */
@NullMarked
package dev.renkei.bench.source;

import org.jspecify.annotations.NullMarked;
