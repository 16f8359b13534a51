/**
 * What Terraform needs to know of an installation on Google Cloud, and the modules that use it. May
 * import core, the hub on Pub/Sub and {@code cli.node}.
 */
@NullMarked
package dev.renkei.cli.terraform;

import org.jspecify.annotations.NullMarked;
