/**
 * The command {@code renkei}: what users type, wired to the modules that do it.
 *
 * <p>May import every module but {@code beam}, which runs as a process of its own; nobody imports
 * this one.
 */
@NullMarked
package dev.renkei.cli;

import org.jspecify.annotations.NullMarked;
