/** Rules as a pipeline: from the hub into notifications. */
@NullMarked
package dev.renkei.beam.rules;

import org.jspecify.annotations.NullMarked;
