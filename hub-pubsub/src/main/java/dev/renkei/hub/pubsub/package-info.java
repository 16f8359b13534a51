/**
 * The hub on Google Pub/Sub: publisher, subscription, and cursors, claims, schemas and dead letters
 * in a folder or in Cloud Storage.
 *
 * <p>Types of Google's clients stay in here.
 */
@NullMarked
package dev.renkei.hub.pubsub;

import org.jspecify.annotations.NullMarked;
