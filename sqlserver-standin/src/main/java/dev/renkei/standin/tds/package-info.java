/**
 * The wire: TDS 7.1 to 7.4, its packets, logins, tokens and values.
 *
 * <p>May import {@code java.*}, {@code javax.net.ssl} and {@code dev.renkei.standin.sql}; no
 * storage in here.
 */
@NullMarked
package dev.renkei.standin.tds;

import org.jspecify.annotations.NullMarked;
