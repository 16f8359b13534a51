package dev.renkei.standin.tsql;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.Statement.AlterAction;
import dev.renkei.standin.tsql.ast.Statement.DefaultSpec;
import dev.renkei.standin.tsql.ast.Statement.KeyColumn;
import dev.renkei.standin.tsql.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE, ALTER TABLE and indexes. */
abstract class TableGrammar extends ColumnGrammar {
  TableGrammar(List<Token> tokens) {
    super(tokens);
  }

  /** From the table's name on. */
  final Statement createTable(int line) throws SqlError {
    ObjectName table = objectName();
    if (is("AS")) {
      throw refused("CREATE TABLE .. AS " + peek(1).text());
    }
    Elements elements = elementsInBrackets();
    fileGroup();
    indexOptions();
    fileGroup();
    return new Statement.CreateTable(table, elements.columns(), elements.constraints(), line);
  }

  /** From the table's name on. */
  final Statement alterTable(int line) throws SqlError {
    ObjectName table = objectName();
    return new Statement.AlterTable(table, alterAction(), line);
  }

  private AlterAction alterAction() throws SqlError {
    if (is("WITH", "NOCHECK")) {
      throw refused("ALTER TABLE .. WITH NOCHECK");
    }
    accept("WITH", "CHECK");
    switch (peek().word()) {
      case "ADD" -> {
        next();
        return add();
      }
      case "DROP" -> {
        next();
        return drop();
      }
      case "ALTER" -> {
        next();
        expect("COLUMN");
        return alterColumn();
      }
      case "ENABLE" -> {
        next();
        return enableTracking();
      }
      case "DISABLE" -> {
        next();
        tracking("DISABLE");
        return new Statement.DisableTracking();
      }
      case "SWITCH", "REBUILD", "CHECK", "NOCHECK", "SET" ->
          throw refused("ALTER TABLE .. " + peek().word());
      default -> throw unexpected();
    }
  }

  private AlterAction add() throws SqlError {
    if (is("CONSTRAINT") && peek(2).is("DEFAULT") || is("DEFAULT")) {
      return addDefault();
    }
    Elements elements = new Elements();
    do {
      element(elements);
    } while (accept(","));
    fileGroup();
    return new Statement.AddColumns(elements.columns(), elements.constraints());
  }

  private AlterAction addDefault() throws SqlError {
    DefaultSpec spec = defaultSpec(constraintName());
    expect("FOR");
    String column = name();
    accept("WITH", "VALUES");
    if (is(",")) {
      throw refused("several elements beside DEFAULT .. FOR");
    }
    return new Statement.AddDefault(spec.constraintName(), spec.value(), column);
  }

  private AlterAction drop() throws SqlError {
    boolean columns = accept("COLUMN");
    if (!columns) {
      accept("CONSTRAINT");
    }
    boolean ifExists = ifExists();
    List<String> names = new ArrayList<>();
    names.add(name());
    while (accept(",")) {
      if (is("COLUMN") && !columns || is("CONSTRAINT") && columns) {
        throw refused("ALTER TABLE .. DROP of columns and constraints together");
      }
      if (!accept("COLUMN")) {
        accept("CONSTRAINT");
      }
      names.add(name());
    }
    return columns
        ? new Statement.DropColumns(names, ifExists)
        : new Statement.DropConstraint(names, ifExists);
  }

  private AlterAction alterColumn() throws SqlError {
    String column = name();
    if (is("ADD") || is("DROP")) {
      throw refused("ALTER COLUMN .. " + peek().word());
    }
    TypeName type = typeName();
    String collation = collation();
    return new Statement.AlterColumn(column, type, collation, nullability());
  }

  private AlterAction enableTracking() throws SqlError {
    tracking("ENABLE");
    if (!accept("WITH", "(")) {
      return new Statement.EnableTracking(false);
    }
    expect("TRACK_COLUMNS_UPDATED");
    expect("=");
    boolean columns = onOrOff();
    expect(")");
    return new Statement.EnableTracking(columns);
  }

  private void tracking(String verb) throws SqlError {
    if (is("TRIGGER")) {
      throw refused("%s TRIGGER".formatted(verb));
    }
    expect("CHANGE_TRACKING");
  }

  // ---- indexes ----

  /** From UNIQUE, CLUSTERED or INDEX on; null where it is no index. */
  final @Nullable Statement createIndex(int line) throws SqlError {
    boolean unique = accept("UNIQUE");
    boolean kind = accept("CLUSTERED") || accept("NONCLUSTERED");
    if (is("COLUMNSTORE")) {
      throw refused("COLUMNSTORE indexes");
    }
    if (!accept("INDEX")) {
      if (unique || kind) {
        throw unexpected();
      }
      return null;
    }
    String name = name();
    expect("ON");
    ObjectName table = objectName();
    List<KeyColumn> columns = keyColumns();
    List<String> included = accept("INCLUDE") ? nameList() : List.of();
    if (accept("WHERE")) {
      condition();
      if (unique) {
        throw refused("unique indexes with WHERE");
      }
    }
    indexOptions();
    fileGroup();
    return new Statement.CreateIndex(name, table, unique, columns, included, line);
  }

  /** From the name or IF EXISTS on. */
  final Statement dropIndex(int line) throws SqlError {
    boolean ifExists = ifExists();
    List<String> parts = nameParts();
    ObjectName table;
    if (accept("ON")) {
      table = objectName();
    } else if (parts.size() > 1) {
      // DROP INDEX table.index, the old form.
      table = objectName(parts.subList(0, parts.size() - 1));
    } else {
      throw unexpected();
    }
    indexOptions();
    if (is(",")) {
      throw refused("several indexes in one DROP INDEX");
    }
    return new Statement.DropIndex(parts.get(parts.size() - 1), table, ifExists, line);
  }
}
