/**
 * The whole system, as its users and its builders see it. This room may import everything; nobody
 * imports it.
 */
@NullMarked
package dev.renkei.acceptance;

import org.jspecify.annotations.NullMarked;
