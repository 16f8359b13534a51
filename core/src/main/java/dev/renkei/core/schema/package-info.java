/**
 * What a table looks like: names, columns, SQL Server types, keys, and the hash that names a
 * schema. Values in, values out; no I/O.
 */
@NullMarked
package dev.renkei.core.schema;

import org.jspecify.annotations.NullMarked;
