/**
 * What the stand-in keeps: data sets, tables, views and routines, and the rows of tables in an
 * embedded DuckDB. No HTTP and no gRPC in here.
 */
@NullMarked
package dev.renkei.bigquery.standin.store;

import org.jspecify.annotations.NullMarked;
