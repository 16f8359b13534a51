/**
 * Delivers the notifications of rules: each target reads the stream for itself, calls a webhook or
 * writes a line into the log, and acknowledges what is settled.
 *
 * <p>This room may import {@code java.*}, slf4j and core; no vendor of hubs.
 */
@NullMarked
package dev.renkei.notifier;

import org.jspecify.annotations.NullMarked;
