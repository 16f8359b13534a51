/**
 * Processes of our own kind: started with this process's class path, ended with it.
 *
 * <p>Knows nothing of what they run.
 */
@NullMarked
package dev.renkei.cli.process;

import org.jspecify.annotations.NullMarked;
