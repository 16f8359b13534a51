/**
 * What Change Tracking promises, rule by rule, asserted through a driver: on the stand-in in every
 * build, on a real SQL Server where there is one.
 *
 * <p>Rules are numbered as in {@code docs/change-tracking.md}.
 */
@NullMarked
package dev.renkei.standin.contract;

import org.jspecify.annotations.NullMarked;
