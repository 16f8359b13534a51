/**
 * A server on loopback that speaks as much of BigQuery as Renkei uses: datasets, tables, jobs and
 * queries by REST, appends and upserts by the Storage Write API. For tests and trials; it is not
 * BigQuery.
 *
 * <p>It knows nothing of Renkei.
 */
@NullMarked
package dev.renkei.bigquery.standin;

import org.jspecify.annotations.NullMarked;
