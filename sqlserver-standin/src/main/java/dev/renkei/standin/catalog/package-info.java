/**
 * What exists in the instance: databases, schemas, tables, columns, keys, types, users and rights,
 * kept in H2 and in memory.
 *
 * <p>May import {@code dev.renkei.standin.sql} and H2. It stores definitions and answers questions
 * about them; carrying out DDL is the engine's.
 */
@NullMarked
package dev.renkei.standin.catalog;

import org.jspecify.annotations.NullMarked;
