/**
 * What can be measured, by name: one list, of which Prometheus, OTLP, the history, the alerts and
 * the reference page are made.
 *
 * <p>A measurement is a function of a {@link dev.renkei.server.StatusReport}; nothing here asks a
 * source, a hub or a warehouse.
 */
@NullMarked
package dev.renkei.server.metrics;

import org.jspecify.annotations.NullMarked;
