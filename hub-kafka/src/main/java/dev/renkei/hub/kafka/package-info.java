/**
 * The hub on Apache Kafka: publisher, subscription, stores of schemas, cursors and claims, the
 * embedded broker, and flows as Kafka Streams topologies.
 *
 * <p>May import {@code dev.renkei.core}, {@code dev.renkei.steps} and Kafka. No Kafka type leaves
 * this room.
 */
@NullMarked
package dev.renkei.hub.kafka;

import org.jspecify.annotations.NullMarked;
