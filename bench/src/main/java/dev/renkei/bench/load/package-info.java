/** What loading the warehouse costs, beside a bare loop over DuckDB's driver. */
@NullMarked
package dev.renkei.bench.load;

import org.jspecify.annotations.NullMarked;
