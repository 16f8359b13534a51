package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.PermissionVerb;
import java.util.ArrayList;
import java.util.List;

/** Logins, users, roles; GRANT, REVOKE and DENY. */
abstract class RightsGrammar extends DatabaseGrammar {
  RightsGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** From the name on. */
  final Statement createLogin(int line) throws SqlError {
    String name = name();
    if (is("FROM")) {
      throw refused("CREATE LOGIN .. FROM " + peek(1).text());
    }
    expect("WITH");
    expect("PASSWORD");
    expect("=");
    if (isKind(Kind.BINARY)) {
      throw refused("hashed passwords");
    }
    String password = string();
    while (accept(",")) {
      loginOption();
    }
    return new Statement.CreateLogin(name, password, line);
  }

  private void loginOption() throws SqlError {
    Token option = next();
    expect("=");
    switch (option.word()) {
      case "CHECK_POLICY", "CHECK_EXPIRATION" -> onOrOff();
      case "DEFAULT_DATABASE" -> {
        if (!name().equalsIgnoreCase("master")) {
          throw refused("DEFAULT_DATABASE other than master");
        }
      }
      case "DEFAULT_LANGUAGE" -> name();
      default -> throw refused("CREATE LOGIN .. WITH " + option.text());
    }
  }

  /** From the name on. */
  final Statement createUser(int line) throws SqlError {
    String name = name();
    String login = name;
    if (accept("WITHOUT")) {
      expect("LOGIN");
      login = null;
    } else if (accept("FOR") || accept("FROM")) {
      if (!accept("LOGIN")) {
        throw unexpectedOrRefused("CREATE USER .. FOR " + peek().text());
      }
      login = name();
    }
    if (accept("WITH")) {
      if (!accept("DEFAULT_SCHEMA")) {
        throw unexpectedOrRefused("CREATE USER .. WITH " + peek().text());
      }
      expect("=");
      if (!name().equalsIgnoreCase("dbo")) {
        throw refused("DEFAULT_SCHEMA other than dbo");
      }
    }
    return new Statement.CreateUser(name, login, line);
  }

  /** From the role's name on. */
  final Statement alterRole(int line) throws SqlError {
    String role = name();
    boolean add = accept("ADD");
    if (!add && !accept("DROP")) {
      throw unexpectedOrRefused("ALTER ROLE .. " + peek().text());
    }
    expect("MEMBER");
    return new Statement.AlterRole(role, principal(), add, line);
  }

  final Statement permission() throws SqlError {
    int line = line();
    PermissionVerb verb = PermissionVerb.valueOf(next().word());
    if (is("GRANT", "OPTION")) {
      throw refused("GRANT OPTION FOR");
    }
    List<String> columns = new ArrayList<>();
    List<String> permissions = permissions(columns);
    Target target = accept("ON") ? target(columns) : new Target(null, false);
    if (verb == PermissionVerb.REVOKE && accept("FROM")) {
      // REVOKE takes both FROM and TO
    } else {
      expect("TO");
    }
    List<String> grantees = new ArrayList<>();
    do {
      grantees.add(principal());
    } while (accept(","));
    if (is("WITH", "GRANT")) {
      throw refused("WITH GRANT OPTION");
    }
    if (is("AS")) {
      throw refused("%s .. AS".formatted(verb));
    }
    if (verb != PermissionVerb.GRANT) {
      accept("CASCADE");
    }
    return new Statement.Permission(
        verb, permissions, columns, target.name(), target.schema(), grantees, line);
  }

  /** What a permission is about; the name is null for the whole database. */
  private record Target(@org.jspecify.annotations.Nullable ObjectName name, boolean schema) {}

  private List<String> permissions(List<String> columns) throws SqlError {
    List<String> permissions = new ArrayList<>();
    do {
      StringBuilder words = new StringBuilder();
      while (isKind(Kind.WORD) && !is("ON") && !is("TO") && !is("FROM")) {
        words.append(words.isEmpty() ? "" : " ").append(next().word());
      }
      if (words.isEmpty()) {
        throw unexpected();
      }
      String permission = words.toString();
      permissions.add(permission.equals("ALL PRIVILEGES") ? "ALL" : permission);
      if (is("(")) {
        if (permissions.size() > 1) {
          throw refused("columns for one of several permissions");
        }
        columns.addAll(nameList());
      } else if (!columns.isEmpty()) {
        throw refused("columns for one of several permissions");
      }
    } while (accept(","));
    return permissions;
  }

  private Target target(List<String> columns) throws SqlError {
    if (peek(1).is("::")) {
      Token type = next();
      expect("::");
      switch (type.word()) {
        case "SCHEMA" -> {
          return new Target(new ObjectName(List.of(name())), true);
        }
        case "DATABASE" -> {
          name();
          return new Target(null, false);
        }
        case "OBJECT" -> {}
        default -> throw refused("ON %s::".formatted(type.text()));
      }
    }
    ObjectName name = objectName();
    if (is("(")) {
      columns.addAll(nameList());
    }
    return new Target(name, false);
  }
}
