/**
 * The embedded warehouse: tables of a source as DuckDB holds them, with their log, their past and
 * the hub's offsets in one file.
 *
 * <p>Knows core and DuckDB's driver; nobody else sees a type of DuckDB.
 */
@NullMarked
package dev.renkei.warehouse.duckdb;

import org.jspecify.annotations.NullMarked;
