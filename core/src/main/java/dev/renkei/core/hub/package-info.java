/**
 * Ports of the hub: publishing, subscribing, schemas, cursors, claims, commands. Vendors implement
 * them in modules of their own.
 */
@NullMarked
package dev.renkei.core.hub;

import org.jspecify.annotations.NullMarked;
