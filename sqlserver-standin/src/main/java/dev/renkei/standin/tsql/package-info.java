/**
 * From T-SQL text to a tree: lexer, parser, and the splitting of scripts at {@code GO}.
 *
 * <p>Pure: this room may import {@code java.*}, {@code org.jspecify.*} and {@code
 * dev.renkei.standin.sql}. What the grammar does not know is refused with an error that names the
 * construct.
 */
@NullMarked
package dev.renkei.standin.tsql;

import org.jspecify.annotations.NullMarked;
