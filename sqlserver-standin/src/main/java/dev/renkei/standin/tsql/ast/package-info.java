/**
 * The tree of a T-SQL batch. Names are kept as written, without their brackets; comparing them
 * ignores case.
 */
@NullMarked
package dev.renkei.standin.tsql.ast;

import org.jspecify.annotations.NullMarked;
