/**
 * The tracker: reads SQL Server by Change Tracking and publishes to the hub ({@code
 * docs/semantics.md}, {@code docs/change-tracking.md}).
 *
 * <p>This room may import core, mssql-jdbc and slf4j. T-SQL is spoken here and nowhere else.
 */
@NullMarked
package dev.renkei.sqlserver;

import org.jspecify.annotations.NullMarked;
