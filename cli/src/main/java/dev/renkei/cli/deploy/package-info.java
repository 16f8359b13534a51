/**
 * What becomes of a running system when its configuration changes: decided from texts alone. May
 * import core.
 */
@NullMarked
package dev.renkei.cli.deploy;

import org.jspecify.annotations.NullMarked;
