package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import java.io.IOException;

/**
 * The catalog procedures, which drivers call for metadata.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/catalog-stored-procedures-transact-sql">
 *     Catalog stored procedures</a>
 */
final class CatalogProcedures {
  private final TableProcedures tables;
  private final KeyProcedures keys;

  CatalogProcedures(Session session) {
    TableSearch search = new TableSearch(session);
    this.tables = new TableProcedures(search);
    this.keys = new KeyProcedures(search);
  }

  int run(String name, String asWritten, Arguments arguments, Response response)
      throws SqlError, IOException {
    switch (name) {
      case "sp_tables", "sp_tables_ex" -> tables.tables(arguments, response);
      case "sp_columns" -> tables.columns(arguments, false, response);
      case "sp_columns_100", "sp_columns_170", "sp_columns_90" ->
          tables.columns(arguments, true, response);
      case "sp_pkeys" -> keys.primaryKeys(arguments, response);
      case "sp_fkeys" -> keys.foreignKeys(arguments, response);
      case "sp_statistics", "sp_statistics_100" -> keys.statistics(arguments, response);
      case "sp_special_columns", "sp_special_columns_100", "sp_special_columns_90" ->
          keys.specialColumns(arguments, name.endsWith("_100"), response);
      case "sp_datatype_info", "sp_datatype_info_90" ->
          TypeProcedures.types(arguments, false, response);
      case "sp_datatype_info_100", "sp_datatype_info_170" ->
          TypeProcedures.types(arguments, true, response);
      case "sp_stored_procedures" -> TypeProcedures.noProcedures(response);
      case "sp_sproc_columns", "sp_sproc_columns_100" ->
          TypeProcedures.noProcedureColumns(response);
      default -> throw Procedures.notFound(asWritten);
    }
    return 0;
  }
}
