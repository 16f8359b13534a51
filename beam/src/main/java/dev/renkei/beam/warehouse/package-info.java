/**
 * The hub into BigQuery by BigQueryIO, into the same tables as the plain loader makes. Tables, rows
 * and sweeps come from {@code warehouse-bigquery}; when a snapshot has arrived, from {@code
 * dev.renkei.core.snapshot}.
 */
@NullMarked
package dev.renkei.beam.warehouse;

import org.jspecify.annotations.NullMarked;
