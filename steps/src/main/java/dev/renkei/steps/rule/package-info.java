/**
 * Rules on changes: what fires, how often, and what a notification says. Imports core, the seam and
 * expressions.
 */
@NullMarked
package dev.renkei.steps.rule;

import org.jspecify.annotations.NullMarked;
