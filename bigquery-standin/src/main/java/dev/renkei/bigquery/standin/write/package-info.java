/** The Storage Write API: streams, offsets, rows in protocol buffers. */
@NullMarked
package dev.renkei.bigquery.standin.write;

import org.jspecify.annotations.NullMarked;
