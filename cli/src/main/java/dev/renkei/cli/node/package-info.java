/**
 * What one process of an installation runs: the hub, trackers, flows and loaders that a command
 * asked for, wired together, with their commands and their status.
 *
 * <p>All vendors meet here, and nowhere else. Commands of the command line import this; it knows
 * nothing of them.
 */
@NullMarked
package dev.renkei.cli.node;

import org.jspecify.annotations.NullMarked;
