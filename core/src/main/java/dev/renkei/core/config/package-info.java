/** The configuration: YAML to records, secrets by reference, all faults reported together. */
@NullMarked
package dev.renkei.core.config;

import org.jspecify.annotations.NullMarked;
