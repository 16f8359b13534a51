/**
 * What has no place in a stream: cursors, claims, schemas, dead letters and commands, as objects
 * that are written only where nobody else has written since, in a folder or in Cloud Storage.
 *
 * <p>Knows nothing of Pub/Sub.
 */
@NullMarked
package dev.renkei.hub.pubsub.state;

import org.jspecify.annotations.NullMarked;
