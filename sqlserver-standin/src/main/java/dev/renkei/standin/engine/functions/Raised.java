package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.SqlError;
import java.sql.SQLException;
import java.util.Optional;

/** A SQL Server error on its way out of a function that H2 calls. */
public final class Raised extends SQLException {
  private static final long serialVersionUID = 1;

  private final SqlError error;

  public Raised(SqlError error) {
    super(error.getMessage(), "HY000", error.number(), error);
    this.error = error;
  }

  public SqlError error() {
    return error;
  }

  /** The SQL Server error behind what H2 threw, if one of our functions raised it. */
  public static Optional<SqlError> in(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof Raised raised) {
        return Optional.of(raised.error);
      }
    }
    return Optional.empty();
  }
}
