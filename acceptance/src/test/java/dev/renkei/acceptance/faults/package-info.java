/**
 * The whole system while processes are killed and servers go away: nothing may be lost, nothing may
 * come twice. This room may import everything; nobody imports it.
 */
@NullMarked
package dev.renkei.acceptance.faults;

import org.jspecify.annotations.NullMarked;
