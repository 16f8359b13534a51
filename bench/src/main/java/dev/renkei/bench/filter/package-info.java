/** What a row filter costs, beside a bare predicate. May import core, steps and the bench's own. */
@NullMarked
package dev.renkei.bench.filter;

import org.jspecify.annotations.NullMarked;
