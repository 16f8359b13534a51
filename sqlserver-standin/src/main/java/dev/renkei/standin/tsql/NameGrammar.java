package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of things, lists of them, and types. */
abstract class NameGrammar extends TokenCursor {
  NameGrammar(List<Token> tokens) {
    super(tokens);
  }

  final boolean isName() {
    return peek().isName();
  }

  final String name() throws SqlError {
    if (!isName()) {
      throw unexpected();
    }
    return next().text();
  }

  /** A user, role or grantee: {@code public} is one although it is reserved. */
  final String principal() throws SqlError {
    return is("PUBLIC") ? next().text() : name();
  }

  /** {@code (a, b, c)}. */
  final List<String> nameList() throws SqlError {
    expect("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(name());
    } while (accept(","));
    expect(")");
    return names;
  }

  /** Names separated by points, in the order written; an empty part where two points meet. */
  final List<String> nameParts() throws SqlError {
    List<String> parts = new ArrayList<>();
    parts.add(name());
    while (accept(".")) {
      parts.add(is(".") ? "" : name());
    }
    return parts;
  }

  final ObjectName objectName() throws SqlError {
    return objectName(nameParts());
  }

  final ObjectName objectName(List<String> parts) throws SqlError {
    if (parts.size() > 3) {
      throw refused("names of four parts (linked servers), such as " + String.join(".", parts));
    }
    return new ObjectName(parts);
  }

  /** A table that is changed: by name, or a table variable. */
  final ObjectName target() throws SqlError {
    if (isKind(Kind.VARIABLE)) {
      return new ObjectName(List.of(next().text()));
    }
    refuseRowsetFunction();
    return objectName();
  }

  final void refuseRowsetFunction() throws SqlError {
    Token token = peek();
    switch (token.word()) {
      case "OPENJSON",
          "OPENXML",
          "OPENROWSET",
          "OPENQUERY",
          "OPENDATASOURCE",
          "CONTAINSTABLE",
          "FREETEXTTABLE",
          "SEMANTICKEYPHRASETABLE",
          "SEMANTICSIMILARITYTABLE",
          "SEMANTICSIMILARITYDETAILSTABLE" -> {
        if (peek(1).is("(")) {
          throw refused(token.word());
        }
      }
      default -> {}
    }
  }

  /** {@code [, ] word} lists: takes names as long as commas follow. */
  final List<ObjectName> objectNames() throws SqlError {
    List<ObjectName> names = new ArrayList<>();
    do {
      names.add(objectName());
    } while (accept(","));
    return names;
  }

  final boolean ifExists() throws SqlError {
    if (accept("IF")) {
      expect("EXISTS");
      return true;
    }
    return false;
  }

  /** {@code COLLATE name}; null without. */
  final @Nullable String collation() throws SqlError {
    return accept("COLLATE") ? name() : null;
  }

  final TypeName typeName() throws SqlError {
    if (is("CURSOR")) {
      throw refused("cursors");
    }
    if (is("TABLE")) {
      throw refused("the type TABLE here");
    }
    ObjectName name = accept("NATIONAL") ? national() : typeNameWord();
    return new TypeName(name, is("(") ? typeArguments(name) : impliedArguments(name));
  }

  private ObjectName national() throws SqlError {
    boolean text = accept("TEXT");
    if (!text && !accept("CHARACTER")) {
      expect("CHAR");
    }
    String base = text ? "ntext" : accept("VARYING") ? "nvarchar" : "nchar";
    return new ObjectName(List.of(base));
  }

  private ObjectName typeNameWord() throws SqlError {
    if (accept("DOUBLE")) {
      expect("PRECISION");
      return new ObjectName(List.of("double precision"));
    }
    ObjectName name = objectName();
    if (accept("VARYING")) {
      return switch (Words.upper(name.toString())) {
        case "CHAR", "CHARACTER" -> new ObjectName(List.of("varchar"));
        case "NCHAR" -> new ObjectName(List.of("nvarchar"));
        case "BINARY" -> new ObjectName(List.of("varbinary"));
        default -> throw unexpected();
      };
    }
    return Words.upper(name.toString()).equals("CHARACTER")
        ? new ObjectName(List.of("char"))
        : name;
  }

  private static List<String> impliedArguments(ObjectName name) {
    return name.name().equals("double precision") ? List.of("53") : List.of();
  }

  private List<String> typeArguments(ObjectName name) throws SqlError {
    expect("(");
    List<String> arguments = new ArrayList<>();
    do {
      if (isKind(Kind.NUMBER)) {
        arguments.add(Integer.toString(wholeNumber()));
      } else if (accept("MAX")) {
        arguments.add("max");
      } else if (isName() && name.name().equalsIgnoreCase("xml")) {
        throw refused("XML schema collections");
      } else {
        throw unexpected();
      }
    } while (accept(","));
    expect(")");
    return arguments;
  }
}
