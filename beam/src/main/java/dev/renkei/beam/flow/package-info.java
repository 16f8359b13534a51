/**
 * What pipelines are made of: the adapters that run steps on Beam, coders of what flows, sources
 * and sinks of both hubs. Knows no pipeline.
 */
@NullMarked
package dev.renkei.beam.flow;

import org.jspecify.annotations.NullMarked;
