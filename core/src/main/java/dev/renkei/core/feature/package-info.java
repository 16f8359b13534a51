/** Where results of features can be kept for lookups. May import core alone; every room may. */
@NullMarked
package dev.renkei.core.feature;

import org.jspecify.annotations.NullMarked;
