/**
 * The vocabulary that all rooms of the stand-in share: SQL Server's types, errors, rows, and what a
 * session answers.
 *
 * <p>No socket and no storage in here: this room may import {@code java.*} and {@code
 * org.jspecify.*}; every other room of the stand-in may import it.
 */
@NullMarked
package dev.renkei.standin.sql;

import org.jspecify.annotations.NullMarked;
