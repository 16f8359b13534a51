/**
 * The server that takes events from clients and answers when the hub has them. Decisions about
 * events are made next door, in {@code dev.renkei.server.event}.
 */
@NullMarked
package dev.renkei.server.collector;

import org.jspecify.annotations.NullMarked;
