package dev.renkei.demo;

import dev.renkei.core.schema.TableName;

/**
 * A fault made on purpose; the proof must name the same table and key.
 *
 * @param key as {@link Difference#key}
 */
public record Planted(TableName table, String key) {}
