/** What judging changes by rules costs. */
@NullMarked
package dev.renkei.bench.rules;

import org.jspecify.annotations.NullMarked;
