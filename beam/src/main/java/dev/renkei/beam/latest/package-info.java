/**
 * The hub into Bigtable: the latest row of every key, for lookups. What is written comes from
 * {@code dev.renkei.bigtable}; when a snapshot has arrived, from {@code dev.renkei.beam.warehouse}.
 */
@NullMarked
package dev.renkei.beam.latest;

import org.jspecify.annotations.NullMarked;
