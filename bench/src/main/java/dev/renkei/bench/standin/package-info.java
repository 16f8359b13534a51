/** What the SQL Server stand-in costs: reading, CHANGETABLE, writing, memory. */
@NullMarked
package dev.renkei.bench.standin;

import org.jspecify.annotations.NullMarked;
