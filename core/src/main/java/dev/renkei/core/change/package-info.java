/**
 * What the product talks about: changes, keys, sequences, messages' identities. No socket, clock or
 * vendor type in here.
 */
@NullMarked
package dev.renkei.core.change;

import org.jspecify.annotations.NullMarked;
