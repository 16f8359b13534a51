package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.SqlError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a client asks of the transaction manager ([MS-TDS] 2.2.6.9). */
sealed interface TransactionRequest {
  /**
   * @param isolation null: as it is
   */
  record Begin(@Nullable Isolation isolation, String name) implements TransactionRequest {}

  /**
   * @param next a transaction to begin at once
   */
  record Commit(@Nullable Begin next) implements TransactionRequest {}

  /**
   * @param name of a savepoint or of the transaction; empty for all
   * @param next a transaction to begin at once
   */
  record Rollback(String name, @Nullable Begin next) implements TransactionRequest {}

  record Save(String name) implements TransactionRequest {}

  /** Reads a request, from behind its headers. */
  static TransactionRequest read(LittleEndianReader in) throws SqlError, MalformedMessage {
    int type = in.getShort();
    return switch (type) {
      case 5 -> begin(in);
      case 7 -> {
        name(in);
        yield new Commit(next(in));
      }
      case 8 -> {
        String name = name(in);
        yield new Rollback(name, next(in));
      }
      case 9 -> new Save(name(in));
      case 0, 1, 6 -> throw SqlError.refused("distributed transactions");
      default -> throw new MalformedMessage("transaction manager request %d".formatted(type));
    };
  }

  private static Begin begin(LittleEndianReader in) throws MalformedMessage {
    int level = in.getByte();
    return new Begin(isolation(level), name(in));
  }

  private static @Nullable Begin next(LittleEndianReader in) throws MalformedMessage {
    boolean begins = in.hasMore() && (in.getByte() & 1) != 0;
    return begins ? begin(in) : null;
  }

  private static @Nullable Isolation isolation(int level) throws MalformedMessage {
    if (level == 0) {
      return null;
    }
    for (Isolation isolation : Isolation.values()) {
      if (isolation.code() == level) {
        return isolation;
      }
    }
    throw new MalformedMessage("isolation level %d".formatted(level));
  }

  /** A length of one byte in bytes, then the name. */
  private static String name(LittleEndianReader in) throws MalformedMessage {
    return in.hasMore() ? new String(in.getBytes(in.getByte()), StandardCharsets.UTF_16LE) : "";
  }
}
