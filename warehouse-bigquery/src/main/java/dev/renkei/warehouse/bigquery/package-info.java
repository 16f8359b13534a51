/**
 * The warehouse on BigQuery, by the Storage Write API: tables and views, change log, upserts.
 *
 * <p>Types of Google's clients stay in here.
 */
@NullMarked
package dev.renkei.warehouse.bigquery;

import org.jspecify.annotations.NullMarked;
