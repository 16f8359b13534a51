/**
 * Masking of personal data: what the masked side shows of a change (SEMANTICS 26), and its keys.
 * Imports core, the seam of flows, and Tink.
 */
@NullMarked
package dev.renkei.steps.mask;

import org.jspecify.annotations.NullMarked;
