/** The message, version 1: attributes and payload, written and read as a stream. */
@NullMarked
package dev.renkei.core.message;

import org.jspecify.annotations.NullMarked;
