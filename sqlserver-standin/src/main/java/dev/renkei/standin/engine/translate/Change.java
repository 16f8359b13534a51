package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Response.Command;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of rows, translated.
 *
 * @param columns what OUTPUT shows; empty without it
 * @param updatedColumns for UPDATE and MERGE: what the SET lists name, in lower case
 */
record Change(
    Command command,
    Table target,
    String sql,
    List<Queries.Column> columns,
    @Nullable Set<String> updatedColumns) {}
