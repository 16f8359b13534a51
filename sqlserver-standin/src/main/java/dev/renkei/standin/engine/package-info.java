/**
 * Runs T-SQL on H2: sessions, transactions, translation, definitions, functions.
 *
 * <p>May import every room of the stand-in but the wire.
 */
@NullMarked
package dev.renkei.standin.engine;

import org.jspecify.annotations.NullMarked;
