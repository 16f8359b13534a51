/** The configured row filters, made of expressions. May import core, steps and the tracker. */
@NullMarked
package dev.renkei.cli.filter;

import org.jspecify.annotations.NullMarked;
