/** What masking costs: the step beside a loop of the same cryptography and JSON. */
@NullMarked
package dev.renkei.bench.mask;

import org.jspecify.annotations.NullMarked;
