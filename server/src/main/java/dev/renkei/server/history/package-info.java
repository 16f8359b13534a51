/**
 * How it was: a bounded memory of measurements, every second for minutes and every ten seconds for
 * a day, and the one sample of which everything that looks is a function.
 */
@NullMarked
package dev.renkei.server.history;

import org.jspecify.annotations.NullMarked;
