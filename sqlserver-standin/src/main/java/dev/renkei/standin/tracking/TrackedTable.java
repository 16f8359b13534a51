package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Table;

/**
 * A table under Change Tracking, as {@code sys.change_tracking_tables} shows it.
 *
 * @param beginVersion the version at which tracking began, or began again by TRUNCATE
 * @param cleanupVersion changes up to here were removed
 */
public record TrackedTable(
    Table table,
    boolean trackColumns,
    long minValidVersion,
    long beginVersion,
    long cleanupVersion) {}
