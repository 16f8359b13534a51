package dev.renkei.standin.engine;

import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.SqlError;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What SET has set in a session. */
final class SessionSettings {
  static final long DEFAULT_LOCK_TIMEOUT = -1;
  private static final int DEFAULT_TEXT_SIZE = 2_147_483_647;

  /** Options that change nothing that the stand-in does, whatever their value. */
  private static final Set<String> HARMLESS =
      Set.of(
          "ARITHABORT",
          "ARITHIGNORE",
          "CURSOR_CLOSE_ON_COMMIT",
          "DEADLOCK_PRIORITY",
          "NUMERIC_ROUNDABORT",
          "FORCEPLAN",
          "PARSEONLY_OFF",
          "QUERY_GOVERNOR_COST_LIMIT",
          "REMOTE_PROC_TRANSACTIONS");

  /** Options of which the stand-in knows only the value that SQL Server's drivers set. */
  private static final Set<String> ALWAYS_ON =
      Set.of(
          "ANSI_NULLS",
          "ANSI_NULL_DFLT_ON",
          "ANSI_PADDING",
          "ANSI_WARNINGS",
          "ANSI_DEFAULTS",
          "CONCAT_NULL_YIELDS_NULL",
          "QUOTED_IDENTIFIER");

  private static final Set<String> ALWAYS_OFF =
      Set.of(
          "ANSI_NULL_DFLT_OFF",
          "NOEXEC",
          "PARSEONLY",
          "SHOWPLAN_ALL",
          "SHOWPLAN_TEXT",
          "SHOWPLAN_XML",
          "STATISTICS IO",
          "STATISTICS TIME",
          "STATISTICS PROFILE",
          "STATISTICS XML");

  private boolean noCount;
  private boolean xactAbort;
  private boolean implicitTransactions;
  private boolean formatOnly;
  private long rowLimit;
  private int textSize = DEFAULT_TEXT_SIZE;
  private long lockTimeoutMillis = DEFAULT_LOCK_TIMEOUT;
  private Isolation isolation = Isolation.READ_COMMITTED;
  private byte @Nullable [] contextInfo;

  SessionSettings() {}

  private SessionSettings(SessionSettings other) {
    noCount = other.noCount;
    xactAbort = other.xactAbort;
    implicitTransactions = other.implicitTransactions;
    formatOnly = other.formatOnly;
    rowLimit = other.rowLimit;
    textSize = other.textSize;
    lockTimeoutMillis = other.lockTimeoutMillis;
    isolation = other.isolation;
    contextInfo = other.contextInfo;
  }

  /** What a procedure sets is forgotten when it ends: it works on a copy. */
  SessionSettings copy() {
    return new SessionSettings(this);
  }

  boolean noCount() {
    return noCount;
  }

  boolean xactAbort() {
    return xactAbort;
  }

  boolean implicitTransactions() {
    return implicitTransactions;
  }

  boolean formatOnly() {
    return formatOnly;
  }

  /** From SET ROWCOUNT; 0 for no limit. */
  long rowLimit() {
    return rowLimit;
  }

  int textSize() {
    return textSize;
  }

  /** -1 waits for ever, as {@code @@LOCK_TIMEOUT} shows it. */
  long lockTimeoutMillis() {
    return lockTimeoutMillis;
  }

  Isolation isolation() {
    return isolation;
  }

  void setIsolation(Isolation level) {
    isolation = level;
  }

  byte @Nullable [] contextInfo() {
    return contextInfo;
  }

  /** The bits of {@code @@OPTIONS}. */
  int options() {
    int fixed = 8 | 16 | 32 | 64 | 256 | 1024 | 4096;
    return fixed | (implicitTransactions ? 2 : 0) | (noCount ? 512 : 0) | (xactAbort ? 16384 : 0);
  }

  /** {@code SET name value}; names in upper case. */
  void set(String name, List<String> values) throws SqlError {
    String value = values.isEmpty() ? "" : values.get(0);
    switch (name) {
      case "NOCOUNT" -> noCount = isOn(name, value);
      case "XACT_ABORT" -> xactAbort = isOn(name, value);
      case "IMPLICIT_TRANSACTIONS" -> implicitTransactions = isOn(name, value);
      case "FMTONLY" -> formatOnly = isOn(name, value);
      case "ROWCOUNT" -> rowLimit = number(name, value);
      case "TEXTSIZE" -> textSize = textSize(number(name, value));
      case "LOCK_TIMEOUT" -> lockTimeoutMillis = Math.max(-1, number(name, value));
      case "LANGUAGE" -> require(name, value, "us_english", "english");
      case "DATEFORMAT" -> require(name, value, "mdy");
      case "DATEFIRST" -> require(name, value, "7");
      default -> setFixed(name, value);
    }
  }

  private static void setFixed(String name, String value) throws SqlError {
    if (HARMLESS.contains(name)) {
      return;
    }
    if (ALWAYS_ON.contains(name)) {
      if (!isOn(name, value)) {
        throw SqlError.refused("SET " + name + " OFF");
      }
    } else if (ALWAYS_OFF.contains(name)) {
      if (isOn(name, value)) {
        throw SqlError.refused("SET " + name + " ON");
      }
    } else {
      throw SqlError.refused("SET " + name);
    }
  }

  private static boolean isOn(String name, String value) throws SqlError {
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "ON" -> true;
      case "OFF" -> false;
      default -> throw SqlError.refused("SET " + name + " " + value);
    };
  }

  private static long number(String name, String value) throws SqlError {
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw SqlError.refused("SET " + name + " " + value);
    }
  }

  private static int textSize(long bytes) {
    return bytes <= 0 ? DEFAULT_TEXT_SIZE : (int) Math.min(bytes, DEFAULT_TEXT_SIZE);
  }

  private static void require(String name, String value, String... known) throws SqlError {
    for (String k : known) {
      if (k.equalsIgnoreCase(value)) {
        return;
      }
    }
    throw SqlError.refused("SET " + name + " " + value);
  }
}
