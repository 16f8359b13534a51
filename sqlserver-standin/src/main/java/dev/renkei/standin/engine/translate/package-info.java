/**
 * From the tree of T-SQL to H2's SQL: names resolved, types derived, functions translated or
 * registered in H2.
 *
 * <p>May import the stand-in's {@code sql}, {@code tsql}, {@code catalog} and {@code tracking}, and
 * H2. Nothing here runs a statement. Open {@code Translator} first.
 */
@NullMarked
package dev.renkei.standin.engine.translate;

import org.jspecify.annotations.NullMarked;
