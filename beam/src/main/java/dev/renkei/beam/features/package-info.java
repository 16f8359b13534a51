/** Hub to features: values over windows of time, as a pipeline. */
@NullMarked
package dev.renkei.beam.features;

import org.jspecify.annotations.NullMarked;
