/** Events joined with their masters as a pipeline, by the step that Kafka Streams runs. */
@NullMarked
package dev.renkei.beam.enrich;

import org.jspecify.annotations.NullMarked;
