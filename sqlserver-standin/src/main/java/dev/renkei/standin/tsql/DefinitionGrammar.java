package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Query;
import dev.renkei.standin.tsql.ast.Query.CommonTable;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** CREATE, ALTER and DROP of everything. */
abstract class DefinitionGrammar extends RightsGrammar {
  DefinitionGrammar(List<Token> tokens) {
    super(tokens);
  }

  // ---- CREATE ----

  final Statement create(boolean first) throws SqlError {
    int line = line();
    expect("CREATE");
    switch (peek().word()) {
      case "DATABASE" -> {
        next();
        return createDatabase(line);
      }
      case "SCHEMA" -> {
        next();
        mustBeFirst(first, "CREATE SCHEMA");
        return createSchema(line);
      }
      case "TABLE" -> {
        next();
        return createTable(line);
      }
      case "VIEW" -> {
        next();
        mustBeFirst(first, "CREATE VIEW");
        return createView(line);
      }
      case "TYPE" -> {
        next();
        return createType(line);
      }
      case "LOGIN" -> {
        next();
        return createLogin(line);
      }
      case "USER" -> {
        next();
        return createUser(line);
      }
      case "OR" -> throw refused("CREATE OR ALTER");
      case "UNIQUE", "CLUSTERED", "NONCLUSTERED", "INDEX", "COLUMNSTORE" -> {
        return Objects.requireNonNull(createIndex(line));
      }
      default -> throw refusedKind("CREATE");
    }
  }

  /** A kind of object that there is none of here, such as PROCEDURE. */
  private SqlError refusedKind(String verb) {
    return peek().kind() == Token.Kind.WORD
        ? refused("%s %s".formatted(verb, kindOfObject()))
        : unexpected();
  }

  private String kindOfObject() {
    return switch (peek().word()) {
      case "PROC" -> "PROCEDURE";
      case "SERVER",
          "APPLICATION",
          "EXTERNAL",
          "SYMMETRIC",
          "ASYMMETRIC",
          "MASTER",
          "PARTITION",
          "FULLTEXT",
          "XML",
          "SECURITY",
          "SPATIAL",
          "AVAILABILITY" ->
          peek().word() + " " + peek(1).word();
      default -> peek().word();
    };
  }

  private void mustBeFirst(boolean first, String what) throws SqlError {
    if (!first) {
      throw error(111, "'%s' must be the first statement in a query batch.".formatted(what));
    }
  }

  private Statement createSchema(int line) throws SqlError {
    if (is("AUTHORIZATION")) {
      throw refused("CREATE SCHEMA without a name");
    }
    String name = name();
    if (accept("AUTHORIZATION") && !principal().equalsIgnoreCase("dbo")) {
      throw refused("CREATE SCHEMA .. AUTHORIZATION other than dbo");
    }
    if (isOneOf("CREATE", "GRANT", "REVOKE", "DENY")) {
      throw refused("CREATE SCHEMA with elements");
    }
    return new Statement.CreateSchema(name, line);
  }

  private Statement createView(int line) throws SqlError {
    ObjectName view = objectName();
    List<String> columns = is("(") ? nameList() : List.of();
    if (accept("WITH")) {
      do {
        if (!isOneOf("SCHEMABINDING", "VIEW_METADATA")) {
          throw unexpectedOrRefused("CREATE VIEW .. WITH " + peek().text());
        }
        next();
      } while (accept(","));
    }
    expect("AS");
    List<CommonTable> with = accept("WITH") ? commonTables() : List.of();
    Query query = query(with);
    if (is("WITH", "CHECK")) {
      throw refused("WITH CHECK OPTION");
    }
    if (is("OPTION")) {
      throw unexpected();
    }
    return new Statement.CreateView(view, columns, query, line);
  }

  private Statement createType(int line) throws SqlError {
    ObjectName type = objectName();
    if (is("AS", "TABLE")) {
      throw refused("table types");
    }
    if (is("EXTERNAL")) {
      throw refused("CREATE TYPE .. EXTERNAL NAME");
    }
    expect("FROM");
    TypeName base = typeName();
    Boolean nullable = nullability();
    return new Statement.CreateType(type, base, nullable == null || nullable, line);
  }

  // ---- ALTER ----

  final Statement alter() throws SqlError {
    int line = line();
    expect("ALTER");
    switch (peek().word()) {
      case "DATABASE" -> {
        next();
        return alterDatabase(line);
      }
      case "TABLE" -> {
        next();
        return alterTable(line);
      }
      case "ROLE" -> {
        next();
        return alterRole(line);
      }
      default -> throw refusedKind("ALTER");
    }
  }

  // ---- DROP ----

  final Statement drop() throws SqlError {
    int line = line();
    expect("DROP");
    switch (peek().word()) {
      case "DATABASE" -> {
        next();
        boolean ifExists = ifExists();
        List<String> names = new ArrayList<>();
        do {
          names.add(name());
        } while (accept(","));
        return new Statement.DropDatabase(names, ifExists, line);
      }
      case "SCHEMA" -> {
        next();
        boolean ifExists = ifExists();
        return new Statement.DropSchema(name(), ifExists, line);
      }
      case "TABLE" -> {
        next();
        boolean ifExists = ifExists();
        return new Statement.DropTable(objectNames(), ifExists, line);
      }
      case "VIEW" -> {
        next();
        boolean ifExists = ifExists();
        return new Statement.DropView(objectNames(), ifExists, line);
      }
      case "TYPE" -> {
        next();
        boolean ifExists = ifExists();
        return new Statement.DropType(objectName(), ifExists, line);
      }
      case "INDEX" -> {
        next();
        return dropIndex(line);
      }
      case "LOGIN" -> {
        next();
        return new Statement.DropLogin(name(), line);
      }
      case "USER" -> {
        next();
        boolean ifExists = ifExists();
        return new Statement.DropUser(name(), ifExists, line);
      }
      default -> throw refusedKind("DROP");
    }
  }
}
