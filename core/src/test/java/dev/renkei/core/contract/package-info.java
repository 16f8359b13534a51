/**
 * What every hub and every warehouse must keep, with the shop that it is shown with; other modules'
 * tests run it.
 */
@NullMarked
package dev.renkei.core.contract;

import org.jspecify.annotations.NullMarked;
