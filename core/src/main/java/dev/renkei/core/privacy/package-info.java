/** What looks like personal data, by names and values. Imports {@code java.*} and core.schema. */
@NullMarked
package dev.renkei.core.privacy;

import org.jspecify.annotations.NullMarked;
