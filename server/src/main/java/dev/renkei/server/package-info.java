/**
 * The control endpoint: what a process says of itself, questions to the warehouse, requests of
 * operators; and the client that {@code renkei status} and {@code renkei query} use.
 *
 * <p>Knows core, Javalin (Jetty) and Jackson. It asks trackers, hubs and warehouses nothing by
 * itself: whoever starts it hands in {@link dev.renkei.server.ControlServer.Parts}.
 */
@NullMarked
package dev.renkei.server;

import org.jspecify.annotations.NullMarked;
