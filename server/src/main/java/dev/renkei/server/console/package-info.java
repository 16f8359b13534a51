/**
 * The console: pages in a browser that show an installation and ask of it what the command line
 * asks ({@code docs/console.md}).
 *
 * <p>Its modules, styles and texts are resources beside this package; they hold no data, which the
 * control endpoint gives as JSON to whom it lets in.
 */
@NullMarked
package dev.renkei.server.console;

import org.jspecify.annotations.NullMarked;
