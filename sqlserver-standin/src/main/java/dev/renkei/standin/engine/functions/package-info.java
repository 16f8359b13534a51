/**
 * What H2 calls back: T-SQL's conversions and functions that H2 has no equal of.
 *
 * <p>May import the stand-in's {@code sql}, {@code catalog} and {@code tracking}, and H2. No value
 * passes through the JVM's time zone or locale.
 */
@NullMarked
package dev.renkei.standin.engine.functions;

import org.jspecify.annotations.NullMarked;
