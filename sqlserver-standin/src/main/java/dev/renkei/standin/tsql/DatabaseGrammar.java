package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Databases: CREATE, ALTER, BACKUP, RESTORE. */
abstract class DatabaseGrammar extends TableGrammar {
  DatabaseGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** From the name on. */
  final Statement createDatabase(int line) throws SqlError {
    String name = name();
    if (accept("CONTAINMENT", "=")) {
      expect("NONE");
    }
    String collation = collation();
    if (is("ON") || is("LOG", "ON") || is("WITH") || is("AS")) {
      throw refused("CREATE DATABASE .. " + peek().word());
    }
    return new Statement.CreateDatabase(name, collation, line);
  }

  /** From the name on. */
  final Statement alterDatabase(int line) throws SqlError {
    if (is("SCOPED")) {
      throw refused("ALTER DATABASE SCOPED CONFIGURATION");
    }
    // The word CURRENT for this database; [CURRENT] would be one of that name.
    String name = is("CURRENT") ? next().word() : name();
    if (accept("MODIFY", "NAME")) {
      expect("=");
      return new Statement.RenameDatabase(name, name(), line);
    }
    if (!accept("SET")) {
      throw unexpectedOrRefused("ALTER DATABASE .. " + peek().text());
    }
    return setDatabase(name, line);
  }

  private Statement setDatabase(String name, int line) throws SqlError {
    if (isKind(Kind.QUOTED) || !isKind(Kind.WORD)) {
      throw unexpected();
    }
    String option = next().word();
    Map<String, String> arguments = new LinkedHashMap<>();
    String value = option.equals("CHANGE_TRACKING") ? trackingSwitch() : optionValue();
    if (option.equals("CHANGE_TRACKING")) {
      trackingOptions(value, arguments);
    }
    if (accept("WITH")) {
      arguments.put("TERMINATION", termination());
    }
    if (is(",")) {
      throw refused("several options in one ALTER DATABASE .. SET");
    }
    return new Statement.AlterDatabase(name, option, value, arguments, line);
  }

  private String trackingSwitch() throws SqlError {
    boolean equals = accept("=");
    if (!equals && is("(")) {
      return "";
    }
    return onOrOff() ? "ON" : "OFF";
  }

  private void trackingOptions(String value, Map<String, String> arguments) throws SqlError {
    if (value.equals("OFF") || !is("(")) {
      return;
    }
    expect("(");
    do {
      if (accept("CHANGE_RETENTION")) {
        expect("=");
        arguments.put("CHANGE_RETENTION", wholeNumber() + " " + retentionUnit());
      } else {
        expect("AUTO_CLEANUP");
        expect("=");
        arguments.put("AUTO_CLEANUP", onOrOff() ? "ON" : "OFF");
      }
    } while (accept(","));
    expect(")");
  }

  private String retentionUnit() throws SqlError {
    if (!isOneOf("DAYS", "HOURS", "MINUTES")) {
      throw unexpected();
    }
    return next().word();
  }

  /** {@code ON}, {@code = 150}, {@code SIMPLE}; empty where the option has none. */
  private String optionValue() throws SqlError {
    boolean equals = accept("=");
    if (is("(")) {
      throw refused("options of ALTER DATABASE .. SET in brackets");
    }
    boolean value = isKind(Kind.NUMBER) || isOneOf("ON", "OFF", "FULL") || isName();
    if (!value && equals) {
      throw unexpected();
    }
    if (!value || !equals && isKind(Kind.NUMBER)) {
      return "";
    }
    return Words.upper(next().text());
  }

  private String termination() throws SqlError {
    if (accept("NO_WAIT")) {
      return "NO_WAIT";
    }
    expect("ROLLBACK");
    if (accept("IMMEDIATE")) {
      return "ROLLBACK IMMEDIATE";
    }
    expect("AFTER");
    int seconds = wholeNumber();
    accept("SECONDS");
    return "ROLLBACK AFTER %d".formatted(seconds);
  }

  // ---- backup and restore ----

  final Statement backup() throws SqlError {
    int line = line();
    expect("BACKUP");
    expectDatabase("BACKUP");
    String database = name();
    expect("TO");
    String device = device();
    if (accept("WITH")) {
      do {
        backupOption();
      } while (accept(","));
    }
    return new Statement.Backup(database, device, line);
  }

  private void expectDatabase(String verb) throws SqlError {
    if (!accept("DATABASE")) {
      throw unexpectedOrRefused("%s %s".formatted(verb, peek().text()));
    }
  }

  private String device() throws SqlError {
    if (!accept("DISK")) {
      throw unexpectedOrRefused("the device " + peek().text());
    }
    expect("=");
    String device = string();
    if (is(",")) {
      throw refused("several devices");
    }
    return device;
  }

  private void backupOption() throws SqlError {
    Token option = next();
    switch (option.word()) {
      case "INIT",
          "NOINIT",
          "FORMAT",
          "NOFORMAT",
          "SKIP",
          "NOSKIP",
          "COPY_ONLY",
          "COMPRESSION",
          "NO_COMPRESSION",
          "CHECKSUM",
          "NO_CHECKSUM",
          "NOUNLOAD",
          "NOREWIND" -> {}
      case "STATS" -> {
        if (accept("=")) {
          wholeNumber();
        }
      }
      case "NAME", "DESCRIPTION", "MEDIANAME" -> {
        expect("=");
        string();
      }
      default -> throw unexpectedOrRefused("BACKUP .. WITH " + option.text());
    }
  }

  final Statement restore() throws SqlError {
    int line = line();
    expect("RESTORE");
    expectDatabase("RESTORE");
    String database = name();
    expect("FROM");
    String device = device();
    boolean replace = false;
    if (accept("WITH")) {
      do {
        replace |= restoreOption();
      } while (accept(","));
    }
    return new Statement.Restore(database, device, replace, line);
  }

  /** Takes an option; true for REPLACE. */
  private boolean restoreOption() throws SqlError {
    Token option = next();
    switch (option.word()) {
      case "REPLACE" -> {
        return true;
      }
      case "RECOVERY", "CHECKSUM", "NO_CHECKSUM", "NOUNLOAD", "NOREWIND" -> {}
      case "FILE" -> {
        expect("=");
        if (wholeNumber() != 1) {
          throw refused("RESTORE .. WITH FILE other than 1");
        }
      }
      case "STATS" -> {
        if (accept("=")) {
          wholeNumber();
        }
      }
      case "MOVE" -> {
        // Where files go does not matter to a database that has none.
        string();
        expect("TO");
        string();
      }
      default -> throw unexpectedOrRefused("RESTORE .. WITH " + option.text());
    }
    return false;
  }
}
