/**
 * When a snapshot has arrived whole on a hub that delivers in any order (SEMANTICS 18): decisions
 * that every loader and pipeline shares.
 */
@NullMarked
package dev.renkei.core.snapshot;

import org.jspecify.annotations.NullMarked;
