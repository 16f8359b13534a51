/** The collector of events, beside a bare server that parses and a bare producer. */
@NullMarked
package dev.renkei.bench.collector;

import org.jspecify.annotations.NullMarked;
