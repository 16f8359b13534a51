package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlError;

/**
 * How far an error reaches, as SQL Server decides it by number.
 *
 * @see <a href="https://www.sommarskog.se/error_handling/Part2.html">Error and Transaction Handling
 *     in SQL Server, part two</a>
 */
enum ErrorEffect {
  /** The batch goes on with the next statement. */
  ENDS_STATEMENT,
  /** The batch is over; an open transaction stays. */
  ENDS_BATCH,
  /** The batch is over and the transaction is rolled back. */
  ENDS_TRANSACTION;

  static ErrorEffect of(SqlError error) {
    if (error.severity() >= 20) {
      return ENDS_TRANSACTION;
    }
    return switch (error.number()) {
      // deadlock, snapshot isolation
      case 1205, 3951, 3952, 3960, 3961 -> ENDS_TRANSACTION;
      // conversions
      case 241, 242, 245, 248, 295, 8114, 8169, 9803 -> ENDS_TRANSACTION;
      // constraints, arithmetic, locks, rights, transactions, procedures
      case 515, 544, 545, 547, 2601, 2627, 2628, 8152 -> ENDS_STATEMENT;
      case 220, 232, 512, 8115, 8134, 3606, 3607 -> ENDS_STATEMENT;
      case 1222, 229, 230, 297, 300, 916, 2812, 3902, 3903, 3906, 6401 -> ENDS_STATEMENT;
      case 22105, 22106, 22115, 22117, 4901, 4902, 4922, 2714, 3701, 3702, 3705 -> ENDS_STATEMENT;
      case 15151, 15247, 15225, 15248, 4998, 4996, 4997, 4999, 1088, 5011, 911 -> ENDS_STATEMENT;
      default -> error.severity() <= 10 ? ENDS_STATEMENT : ENDS_BATCH;
    };
  }

  /** Whether SQL Server says 3621, "The statement has been terminated.", after the error. */
  static boolean isFollowedByTermination(SqlError error) {
    return switch (error.number()) {
      case 515, 547, 2601, 2627, 2628, 8152, 220, 8115, 8134 -> true;
      default -> false;
    };
  }
}
