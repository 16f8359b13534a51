/**
 * Values over windows of time (docs/features.md): what a row adds to which windows, and takes back
 * when it changes; what a window holds; when its result is told. Two steps, each keyed: {@link
 * dev.renkei.steps.feature.ContributionsStep} by the row's key, {@link
 * dev.renkei.steps.feature.WindowsStep} by the feature's.
 *
 * <p>No socket, clock or thread in here. This room may import core, {@code steps.flow} and {@code
 * steps.expression}.
 */
@NullMarked
package dev.renkei.steps.feature;

import org.jspecify.annotations.NullMarked;
