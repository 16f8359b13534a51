/**
 * Events as values: what a JSON Schema makes of them, as a table and as rows, and how requests with
 * them are read. No socket and no clock; imports core, steps, Jackson and the validator.
 */
@NullMarked
package dev.renkei.server.event;

import org.jspecify.annotations.NullMarked;
