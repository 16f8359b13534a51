package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.ResultColumn;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement in H2's SQL with all that its session needs to run it.
 *
 * @param sql a query where {@code columns} is not empty, else a data change statement
 * @param bindings see {@link Binding} for how they belong to the SQL's parameters
 * @param columns what the SQL returns. Where {@code assignedVariables} is not empty: one column per
 *     variable, of the variable's type, not to be shown to the client
 * @param accesses the rights needed, each once
 * @param target the table that an INSERT, UPDATE, DELETE or MERGE changes; null for queries
 * @param updatedColumns for UPDATE and MERGE: the columns that the SET lists name, in lower case,
 *     whether or not values differ; else null
 * @param trackingContext from {@code WITH CHANGE_TRACKING_CONTEXT (..)}, to be evaluated first
 * @param assignedVariables variables in lower case that receive the values of the last row; without
 *     rows they stay as they are
 * @param touchesTables whether the SQL reads or writes any table: what starts an implicit
 *     transaction and fixes a snapshot
 * @param tables every table, view and system view named
 */
public record Translated(
    String sql,
    List<Binding> bindings,
    List<ResultColumn> columns,
    Response.Command command,
    List<Access> accesses,
    @Nullable Table target,
    @Nullable Set<String> updatedColumns,
    @Nullable TypedSql trackingContext,
    List<String> assignedVariables,
    boolean touchesTables,
    Set<Table> tables) {
  public Translated {
    bindings = List.copyOf(bindings);
    columns = List.copyOf(columns);
    accesses = List.copyOf(accesses);
    updatedColumns = updatedColumns == null ? null : Set.copyOf(updatedColumns);
    assignedVariables = List.copyOf(assignedVariables);
    tables = Set.copyOf(tables);
  }
}
