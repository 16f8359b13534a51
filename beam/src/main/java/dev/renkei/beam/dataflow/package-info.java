/**
 * Jobs on Google's Dataflow: whether one of a name is running and is to be updated, and what is
 * asked of Dataflow then. May import Beam's Dataflow runner and Google's client of it.
 */
@NullMarked
package dev.renkei.beam.dataflow;

import org.jspecify.annotations.NullMarked;
