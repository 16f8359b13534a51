package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import java.io.IOException;

/** Procedures that describe what exists, as drivers ask for metadata. */
final class CatalogProcedures {
  private final Session session;

  CatalogProcedures(Session session) {
    this.session = session;
  }

  int run(String name, String asWritten, Arguments arguments, Response response)
      throws SqlError, IOException, StatementCancelled {
    throw Procedures.notFound(asWritten);
  }
}
