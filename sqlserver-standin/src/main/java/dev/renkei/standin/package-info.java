/**
 * The stand-in as its users see it: start it, break it, stop it. Opens every other room; nobody
 * inside imports this one.
 */
@NullMarked
package dev.renkei.standin;

import org.jspecify.annotations.NullMarked;
