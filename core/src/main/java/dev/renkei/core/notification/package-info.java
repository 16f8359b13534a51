/**
 * What rules tell: the message of a notification. Imports the rest of core's values and Jackson.
 */
@NullMarked
package dev.renkei.core.notification;

import org.jspecify.annotations.NullMarked;
