/**
 * GoogleSQL in, DuckDB's SQL out; what has no faithful translation is refused by name. Pure: no
 * table is touched in here.
 */
@NullMarked
package dev.renkei.bigquery.standin.sql;

import org.jspecify.annotations.NullMarked;
