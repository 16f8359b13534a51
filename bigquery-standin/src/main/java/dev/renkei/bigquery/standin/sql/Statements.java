package dev.renkei.bigquery.standin.sql;

import dev.renkei.bigquery.standin.store.ApiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one statement. */
public final class Statements {
  private final String sql;
  private final List<Token> tokens;
  private int at;

  private Statements(String sql) {
    this.sql = sql;
    this.tokens = Query.trimmed(Lexer.tokens(sql));
  }

  /**
   * @throws ApiException for a syntax error, for several statements, and for kinds that the
   *     stand-in does not have
   */
  public static Statement read(String sql) {
    return new Statements(sql).statement();
  }

  private Statement statement() {
    if (tokens.isEmpty()) {
      throw ApiException.invalidQuery("Syntax error: Unexpected end of statement");
    }
    if (tokens.stream().anyMatch(t -> t.is(";"))) {
      throw ApiException.notHere("a script of several statements");
    }
    Token first = tokens.get(0);
    switch (first.upper()) {
      case "SELECT", "WITH", "(":
        return new Statement.Select(sql);
      case "CREATE":
        return create();
      case "DROP":
        return drop();
      case "INSERT", "DELETE", "UPDATE", "TRUNCATE", "MERGE":
        return change();
      default:
        throw ApiException.notHere("the statement " + first.upper());
    }
  }

  private boolean take(String... words) {
    for (int ahead = 0; ahead < words.length; ahead++) {
      if (at + ahead >= tokens.size() || !tokens.get(at + ahead).is(words[ahead])) {
        return false;
      }
    }
    at += words.length;
    return true;
  }

  private Token next() {
    if (at >= tokens.size()) {
      throw ApiException.invalidQuery("Syntax error: Unexpected end of statement");
    }
    return tokens.get(at++);
  }

  private void expect(String word) {
    if (!take(word)) {
      String found = at < tokens.size() ? tokens.get(at).text() : "end of statement";
      throw ApiException.invalidQuery("Syntax error: Expected " + word + " but got " + found);
    }
  }

  private String path() {
    StringBuilder path = new StringBuilder(next().text());
    while (at + 1 < tokens.size() && (tokens.get(at).is(".") || tokens.get(at).is("-"))) {
      path.append(tokens.get(at).text()).append(tokens.get(at + 1).text());
      at += 2;
    }
    return path.toString();
  }

  private String rest() {
    return at < tokens.size()
        ? sql.substring(tokens.get(at).from(), tokens.get(tokens.size() - 1).to())
        : "";
  }

  private Statement create() {
    next();
    boolean replace = take("OR", "REPLACE");
    if (take("VIEW")) {
      boolean ifMissing = take("IF", "NOT", "EXISTS");
      String path = path();
      options();
      expect("AS");
      return new Statement.CreateView(path, rest(), replace, ifMissing);
    }
    if (take("TABLE", "FUNCTION")) {
      return tableFunction(replace);
    }
    if (take("TABLE")) {
      return table(replace);
    }
    if (take("SCHEMA")) {
      boolean ifMissing = take("IF", "NOT", "EXISTS");
      return new Statement.CreateSchema(path(), ifMissing);
    }
    throw ApiException.notHere("CREATE " + next().upper());
  }

  private void options() {
    if (take("OPTIONS")) {
      group();
    }
  }

  /** A group in parentheses. */
  private List<Token> group() {
    expect("(");
    int from = at;
    int depth = 1;
    while (depth > 0) {
      Token token = next();
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    }
    return tokens.subList(from, at - 1);
  }

  private String text(List<Token> slice) {
    return slice.isEmpty()
        ? ""
        : sql.substring(slice.get(0).from(), slice.get(slice.size() - 1).to());
  }

  private Statement tableFunction(boolean replace) {
    boolean ifMissing = take("IF", "NOT", "EXISTS");
    String path = path();
    List<Statement.Parameter> parameters = new ArrayList<>();
    for (List<Token> parameter : Functions.split(group())) {
      parameters.add(
          new Statement.Parameter(
              parameter.get(0).text(), text(parameter.subList(1, parameter.size()))));
    }
    if (take("RETURNS")) {
      while (!tokens.get(at).is("AS") && !tokens.get(at).is("OPTIONS")) {
        next();
      }
    }
    options();
    expect("AS");
    String body = at < tokens.size() && tokens.get(at).is("(") ? text(group()) : rest();
    return new Statement.CreateTableFunction(path, parameters, body, replace, ifMissing);
  }

  private Statement table(boolean replace) {
    boolean ifMissing = take("IF", "NOT", "EXISTS");
    String path = path();
    List<Statement.ColumnDefinition> columns = new ArrayList<>();
    List<String> key = new ArrayList<>();
    for (List<Token> part : Functions.split(group())) {
      if (part.get(0).is("PRIMARY") && part.get(1).is("KEY")) {
        for (Token token : part.subList(3, part.size())) {
          if (token.is(")")) {
            break;
          }
          if (token.isName()) {
            key.add(token.text());
          }
        }
      } else {
        columns.add(column(part));
      }
    }
    String partition = partition();
    List<String> clustering = new ArrayList<>();
    if (take("CLUSTER", "BY")) {
      do {
        clustering.add(next().text());
      } while (take(","));
    }
    options();
    if (at < tokens.size()) {
      throw ApiException.notHere("CREATE TABLE with " + next().upper());
    }
    return new Statement.CreateTable(path, columns, key, clustering, partition, replace, ifMissing);
  }

  private Statement.ColumnDefinition column(List<Token> part) {
    int end = part.size();
    boolean required = false;
    for (int i = 1; i < part.size(); i++) {
      if (part.get(i).is("NOT") || part.get(i).is("OPTIONS") || part.get(i).is("DEFAULT")) {
        end = Math.min(end, i);
        required |= part.get(i).is("NOT");
      }
    }
    return new Statement.ColumnDefinition(part.get(0).text(), text(part.subList(1, end)), required);
  }

  private @Nullable String partition() {
    if (!take("PARTITION", "BY")) {
      return null;
    }
    Token first = next();
    if (at < tokens.size() && tokens.get(at).is("(")) {
      return group().get(0).text();
    }
    return first.text();
  }

  private Statement drop() {
    next();
    String kind = next().upper();
    if (kind.equals("TABLE") && take("FUNCTION")) {
      kind = "TABLE FUNCTION";
    }
    boolean ifThere = take("IF", "EXISTS");
    return new Statement.Drop(kind, path(), ifThere);
  }

  private Statement change() {
    String verb = next().upper();
    if (verb.equals("TRUNCATE")) {
      expect("TABLE");
    } else if (!verb.equals("UPDATE") && !take("INTO")) {
      take("FROM");
    }
    String path = path();
    return new Statement.Change(verb, path, rest());
  }
}
