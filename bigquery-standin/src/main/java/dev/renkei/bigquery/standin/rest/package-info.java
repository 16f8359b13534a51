/** The REST calls: data sets, tables, routines, jobs, and results in BigQuery's JSON. */
@NullMarked
package dev.renkei.bigquery.standin.rest;

import org.jspecify.annotations.NullMarked;
