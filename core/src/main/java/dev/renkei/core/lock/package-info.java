/** Who among the processes of a machine has something: files as locks. Knows nothing of Renkei. */
@NullMarked
package dev.renkei.core.lock;

import org.jspecify.annotations.NullMarked;
