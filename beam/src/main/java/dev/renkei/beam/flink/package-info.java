/** Jobs on a Flink cluster. May import Beam's Flink runner and, for the REST interface, Jackson. */
@NullMarked
package dev.renkei.beam.flink;

import org.jspecify.annotations.NullMarked;
