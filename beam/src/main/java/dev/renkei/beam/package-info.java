/**
 * Renkei's flows as Apache Beam pipelines: what `renkei pipeline` starts, as a process with a class
 * path of its own. May import core, steps, the hub on Pub/Sub, the warehouse on BigQuery, and Beam.
 */
@NullMarked
package dev.renkei.beam;

import org.jspecify.annotations.NullMarked;
