/**
 * Events joined with the latest row of a master table (slide 27). Imports core and the seam of
 * flows.
 */
@NullMarked
package dev.renkei.steps.enrich;

import org.jspecify.annotations.NullMarked;
