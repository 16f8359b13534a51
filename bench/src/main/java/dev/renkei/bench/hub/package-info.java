/** What publishing to Kafka and removing duplicates cost, beside Kafka's own clients in a loop. */
@NullMarked
package dev.renkei.bench.hub;

import org.jspecify.annotations.NullMarked;
