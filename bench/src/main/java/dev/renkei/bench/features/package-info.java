/** What computing features costs. */
@NullMarked
package dev.renkei.bench.features;

import org.jspecify.annotations.NullMarked;
