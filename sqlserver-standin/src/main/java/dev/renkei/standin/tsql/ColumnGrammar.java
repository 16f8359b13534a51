package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Token.Kind;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement.CheckConstraint;
import dev.renkei.standin.tsql.ast.Statement.ColumnDefinition;
import dev.renkei.standin.tsql.ast.Statement.DefaultSpec;
import dev.renkei.standin.tsql.ast.Statement.ForeignKeyConstraint;
import dev.renkei.standin.tsql.ast.Statement.IdentitySpec;
import dev.renkei.standin.tsql.ast.Statement.KeyColumn;
import dev.renkei.standin.tsql.ast.Statement.KeyConstraint;
import dev.renkei.standin.tsql.ast.Statement.TableConstraint;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns and constraints, as CREATE TABLE, ALTER TABLE and table variables have them. */
abstract class ColumnGrammar extends ChangeGrammar {
  private static final TypeName TIMESTAMP =
      new TypeName(new ObjectName(List.of("timestamp")), List.of());

  ColumnGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** Columns and constraints as they come, in the order written. */
  record Elements(List<ColumnDefinition> columns, List<TableConstraint> constraints) {
    Elements() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** {@code (column, column, constraint ..)}. */
  final Elements elementsInBrackets() throws SqlError {
    Elements elements = new Elements();
    expect("(");
    do {
      if (is(")") && last().is(",") && !elements.columns().isEmpty()) {
        break;
      }
      element(elements);
    } while (accept(",") || isConstraint());
    expect(")");
    return elements;
  }

  /** One column or constraint. */
  final void element(Elements elements) throws SqlError {
    if (is("INDEX")) {
      throw refused("INDEX inside a table definition");
    }
    if (is("PERIOD", "FOR")) {
      throw refused("temporal tables");
    }
    if (isConstraint()) {
      elements.constraints().add(tableConstraint());
    } else {
      elements.columns().add(column());
    }
  }

  private boolean isConstraint() {
    return isOneOf("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN");
  }

  // ---- columns ----

  private ColumnDefinition column() throws SqlError {
    String name = name();
    if (accept("AS")) {
      return computed(name);
    }
    TypeName type = isNamelessTimestamp(name) ? TIMESTAMP : typeName();
    Column column = new Column(name, type);
    while (columnOption(column)) {
      // each call takes one option
    }
    return column.definition();
  }

  /** {@code timestamp} alone declares a column of that name and type. */
  private boolean isNamelessTimestamp(String name) {
    return Words.upper(name).equals("TIMESTAMP") && isOneOf(",", ")", "NOT", "NULL");
  }

  private ColumnDefinition computed(String name) throws SqlError {
    Expression expression = value();
    boolean persisted = accept("PERSISTED");
    Boolean nullable = persisted ? nullability() : null;
    List<TableConstraint> constraints = new ArrayList<>();
    while (isConstraint()) {
      constraints.add(columnConstraint(name));
    }
    return new ColumnDefinition(
        name, null, null, nullable, null, expression, persisted, null, constraints, false);
  }

  /** A column while its options are read. */
  private static final class Column {
    final String name;
    final TypeName type;
    @Nullable String collation;
    @Nullable Boolean nullable;
    @Nullable IdentitySpec identity;
    @Nullable DefaultSpec defaultValue;
    final List<TableConstraint> constraints = new ArrayList<>();
    boolean rowGuid;

    Column(String name, TypeName type) {
      this.name = name;
      this.type = type;
    }

    ColumnDefinition definition() {
      return new ColumnDefinition(
          name,
          type,
          collation,
          nullable,
          identity,
          null,
          false,
          defaultValue,
          constraints,
          rowGuid);
    }
  }

  private boolean columnOption(Column column) throws SqlError {
    switch (peek().word()) {
      case "COLLATE" -> column.collation = collation();
      case "NULL", "NOT" -> {
        if (accept("NOT", "FOR")) {
          expect("REPLICATION");
        } else {
          column.nullable = nullability();
        }
      }
      case "IDENTITY" -> column.identity = identity();
      case "ROWGUIDCOL" -> {
        next();
        column.rowGuid = true;
      }
      case "DEFAULT" -> column.defaultValue = defaultSpec(null);
      case "WITH" -> {
        if (!is("WITH", "VALUES") || column.defaultValue == null) {
          return false;
        }
        next();
        next();
        DefaultSpec spec = column.defaultValue;
        column.defaultValue = new DefaultSpec(spec.constraintName(), spec.value(), true);
      }
      case "CONSTRAINT" -> {
        if (peek(2).is("DEFAULT")) {
          next();
          column.defaultValue = defaultSpec(name());
        } else if (peek(2).is("NOT") || peek(2).is("NULL")) {
          // The name of a NOT NULL constraint is accepted and forgotten by SQL Server.
          next();
          name();
        } else {
          column.constraints.add(columnConstraint(column.name));
        }
      }
      case "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "REFERENCES" ->
          column.constraints.add(columnConstraint(column.name));
      case "SPARSE", "MASKED", "GENERATED", "ENCRYPTED", "HIDDEN", "FILESTREAM", "COLUMN_SET" ->
          throw refused(peek().word() + " columns");
      case "INDEX" -> throw refused("INDEX inside a table definition");
      default -> {
        return false;
      }
    }
    return true;
  }

  /** NULL or NOT NULL; null where neither follows. */
  final @Nullable Boolean nullability() throws SqlError {
    if (accept("NOT")) {
      expect("NULL");
      return false;
    }
    return accept("NULL") ? true : null;
  }

  private IdentitySpec identity() throws SqlError {
    expect("IDENTITY");
    if (!accept("(")) {
      return new IdentitySpec(1, 1);
    }
    long seed = signedNumber();
    expect(",");
    long increment = signedNumber();
    expect(")");
    return new IdentitySpec(seed, increment);
  }

  final long signedNumber() throws SqlError {
    boolean negative = accept("-");
    if (!negative) {
      accept("+");
    }
    if (!isKind(Kind.NUMBER)) {
      throw unexpected();
    }
    try {
      long value = Long.parseLong((negative ? "-" : "") + peek().text());
      next();
      return value;
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  /** {@code DEFAULT value}; its constraint's name, if any, has been read. */
  final DefaultSpec defaultSpec(@Nullable String constraint) throws SqlError {
    expect("DEFAULT");
    return new DefaultSpec(constraint, value(), false);
  }

  // ---- constraints ----

  final @Nullable String constraintName() throws SqlError {
    return accept("CONSTRAINT") ? name() : null;
  }

  private TableConstraint columnConstraint(String column) throws SqlError {
    String name = constraintName();
    return switch (peek().word()) {
      case "PRIMARY", "UNIQUE" -> key(name, column);
      case "CHECK" -> check(name);
      case "FOREIGN", "REFERENCES" -> {
        if (accept("FOREIGN")) {
          expect("KEY");
        }
        yield references(name, List.of(column));
      }
      default -> throw unexpected();
    };
  }

  private TableConstraint tableConstraint() throws SqlError {
    return tableConstraint(constraintName());
  }

  /** A constraint of a table, its name having been read. */
  final TableConstraint tableConstraint(@Nullable String name) throws SqlError {
    return switch (peek().word()) {
      case "PRIMARY", "UNIQUE" -> key(name, null);
      case "CHECK" -> check(name);
      case "FOREIGN" -> {
        next();
        expect("KEY");
        yield references(name, nameList());
      }
      case "DEFAULT" -> throw refused("DEFAULT .. FOR beside other elements");
      default -> throw unexpected();
    };
  }

  private KeyConstraint key(@Nullable String name, @Nullable String column) throws SqlError {
    boolean primary = next().is("PRIMARY");
    if (primary) {
      expect("KEY");
    }
    boolean clustered = accept("CLUSTERED") || !accept("NONCLUSTERED") && primary;
    if (is("HASH")) {
      throw refused("HASH indexes");
    }
    List<KeyColumn> columns =
        column == null || is("(") ? keyColumns() : List.of(new KeyColumn(column, false));
    indexOptions();
    fileGroup();
    return new KeyConstraint(name, primary, clustered, columns);
  }

  final List<KeyColumn> keyColumns() throws SqlError {
    expect("(");
    List<KeyColumn> columns = new ArrayList<>();
    do {
      String name = name();
      boolean descending = accept("DESC");
      if (!descending) {
        accept("ASC");
      }
      columns.add(new KeyColumn(name, descending));
    } while (accept(","));
    expect(")");
    return columns;
  }

  private CheckConstraint check(@Nullable String name) throws SqlError {
    expect("CHECK");
    notForReplication();
    expect("(");
    Expression condition = condition();
    expect(")");
    return new CheckConstraint(name, condition);
  }

  private ForeignKeyConstraint references(@Nullable String name, List<String> columns)
      throws SqlError {
    expect("REFERENCES");
    ObjectName target = objectName();
    List<String> targetColumns = is("(") ? nameList() : List.of();
    boolean cascade = false;
    while (is("ON", "DELETE") || is("ON", "UPDATE")) {
      next();
      boolean deleting = next().is("DELETE");
      if (accept("NO")) {
        expect("ACTION");
      } else if (deleting && accept("CASCADE")) {
        cascade = true;
      } else {
        throw unexpectedOrRefused(
            "ON %s %s".formatted(deleting ? "DELETE" : "UPDATE", peek().text()));
      }
    }
    notForReplication();
    return new ForeignKeyConstraint(name, columns, target, targetColumns, cascade);
  }

  private void notForReplication() throws SqlError {
    if (accept("NOT", "FOR")) {
      expect("REPLICATION");
    }
  }

  // ---- storage, which a stand-in has none of ----

  /** {@code WITH (PAD_INDEX = OFF, ..)} and {@code WITH FILLFACTOR = 80}. */
  final void indexOptions() throws SqlError {
    if (accept("WITH", "FILLFACTOR")) {
      expect("=");
      wholeNumber();
      return;
    }
    if (!accept("WITH", "(")) {
      return;
    }
    do {
      storageOption();
    } while (accept(","));
    expect(")");
  }

  private void storageOption() throws SqlError {
    Token option = next();
    switch (option.word()) {
      case "PAD_INDEX",
          "STATISTICS_NORECOMPUTE",
          "STATISTICS_INCREMENTAL",
          "SORT_IN_TEMPDB",
          "ONLINE",
          "RESUMABLE",
          "ALLOW_ROW_LOCKS",
          "ALLOW_PAGE_LOCKS",
          "OPTIMIZE_FOR_SEQUENTIAL_KEY",
          "XML_COMPRESSION" -> {
        expect("=");
        onOrOff();
      }
      case "FILLFACTOR", "MAXDOP" -> {
        expect("=");
        wholeNumber();
      }
      case "DATA_COMPRESSION" -> {
        expect("=");
        if (!isOneOf("NONE", "ROW", "PAGE")) {
          throw unexpectedOrRefused("DATA_COMPRESSION = " + peek().text());
        }
        next();
      }
      case "IGNORE_DUP_KEY", "DROP_EXISTING" -> {
        expect("=");
        if (onOrOff()) {
          throw refused(option.word() + " = ON");
        }
      }
      default -> {
        if (option.kind() == Kind.WORD) {
          throw refused("the option " + option.word());
        }
        throw unexpected();
      }
    }
  }

  /** {@code ON [PRIMARY]} and {@code TEXTIMAGE_ON [PRIMARY]}; partitions are refused. */
  final void fileGroup() throws SqlError {
    while (isOneOf("ON", "TEXTIMAGE_ON", "FILESTREAM_ON")
        && (peek(1).isName() || peek(1).isString())) {
      next();
      next();
      if (is("(")) {
        throw refused("partitioned tables and indexes");
      }
    }
  }
}
