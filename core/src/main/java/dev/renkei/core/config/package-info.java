/**
 * The configuration: YAML to records, secrets by reference, all faults reported together.
 *
 * <p>{@code Keys} is the table of everything that may stand in the file; reading, the search for
 * unknown keys and the reference page follow it. The records hold only checked values and know
 * nothing of YAML.
 */
@NullMarked
package dev.renkei.core.config;

import org.jspecify.annotations.NullMarked;
