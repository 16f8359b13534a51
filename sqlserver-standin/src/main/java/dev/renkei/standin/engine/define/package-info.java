/**
 * Carrying out definitions: CREATE, ALTER, DROP, GRANT and their like, on H2 and on the catalog.
 *
 * <p>May import the stand-in's {@code sql}, {@code tsql}, {@code catalog}, {@code tracking} and
 * {@code engine.translate}, and H2. Open {@code Definitions} first.
 */
@NullMarked
package dev.renkei.standin.engine.define;

import org.jspecify.annotations.NullMarked;
