/**
 * The stand-in as real clients meet it: drivers over the wire, faults, stress and real data.
 *
 * <p>May import the stand-in's API, the drivers and JUnit; no room inside the stand-in.
 */
@NullMarked
package dev.renkei.standin.suite;

import org.jspecify.annotations.NullMarked;
