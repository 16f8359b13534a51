/** What loading the warehouse in BigQuery costs, beside a bare loop over Google's client. */
@NullMarked
package dev.renkei.bench.bigquery;

import org.jspecify.annotations.NullMarked;
