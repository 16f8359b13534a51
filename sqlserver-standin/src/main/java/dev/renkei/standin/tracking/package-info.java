/**
 * Change Tracking over H2: side tables written in the writer's transaction, versions given at
 * commit, CHANGETABLE as SQL, validity, cleanup.
 *
 * <p>May import {@code dev.renkei.standin.sql}, {@code dev.renkei.standin.catalog} and H2.
 */
@NullMarked
package dev.renkei.standin.tracking;

import org.jspecify.annotations.NullMarked;
