package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.AliasType;
import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.Parser;
import dev.renkei.standin.tsql.ast.ObjectName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code sp_rename}.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-rename-transact-sql">
 *     sp_rename</a>
 */
final class Renames {
  private final Work work;

  Renames(Work work) {
    this.work = work;
  }

  void rename(String name, String newName, String kind) throws SqlError, SQLException {
    work.writable(work.database());
    List<String> parts = parts(name);
    switch (kind.toUpperCase(java.util.Locale.ROOT)) {
      case "COLUMN" -> column(name, parts, newName);
      case "INDEX" -> index(name, parts, newName);
      case "USERDATATYPE" -> type(name, parts, newName);
      case "OBJECT", "" -> object(name, parts, newName);
      default ->
          throw new SqlError(
              15249, 1, 11, "Error: Explicit @objtype '%s' is unrecognized.".formatted(kind));
    }
  }

  /** The parts of a name, which may be in brackets or double quotes. */
  static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    int i = 0;
    while (i <= name.length()) {
      char open = i < name.length() ? name.charAt(i) : '.';
      StringBuilder part = new StringBuilder();
      if (open == '[' || open == '"') {
        char close = open == '[' ? ']' : '"';
        i++;
        while (i < name.length()) {
          if (name.charAt(i) != close) {
            part.append(name.charAt(i++));
          } else if (i + 1 < name.length() && name.charAt(i + 1) == close) {
            part.append(close);
            i += 2;
          } else {
            i++;
            break;
          }
        }
        i++;
      } else {
        int end = name.indexOf('.', i);
        end = end < 0 ? name.length() : end;
        part.append(name, i, end);
        i = end + 1;
      }
      parts.add(part.toString());
    }
    return parts;
  }

  /** The table that all parts but the last name. */
  private Optional<Table> owner(List<String> parts) throws SqlError {
    List<String> table = parts.subList(0, parts.size() - 1);
    if (table.isEmpty() || table.size() > 3) {
      return Optional.empty();
    }
    return work.find(new ObjectName(table))
        .filter(t -> t.kind() == TableKind.USER_TABLE && work.may(Permission.ALTER, t));
  }

  private SqlError missing(String name, String kind) {
    return Refusals.noItem(name, work.database(), kind);
  }

  // ---- tables, views, constraints ----

  private void object(String name, List<String> parts, String newName)
      throws SqlError, SQLException {
    if (parts.size() > 3) {
      throw missing(name, "(null)");
    }
    ObjectName written = new ObjectName(parts);
    Optional<Table> table = work.find(written).filter(t -> work.may(Permission.ALTER, t));
    if (table.isPresent()) {
      table(table.get(), newName);
      return;
    }
    for (Table t : work.catalog().tables(work.databaseOf(written).name())) {
      boolean here = t.schema().equalsIgnoreCase(Work.schemaOf(written));
      if (here && Constraints.has(t, written.name()) && work.may(Permission.ALTER, t)) {
        constraint(t, written.name(), newName);
        return;
      }
    }
    throw missing(name, "(null)");
  }

  private void table(Table table, String newName) throws SqlError, SQLException {
    if (!table.name().equalsIgnoreCase(newName)) {
      requireFree(table, newName);
    }
    Views views = new Views(work);
    views.takeDown(table);
    try {
      String now = table.h2Name();
      Table changed = table.withName(table.database(), newName);
      if (table.kind() == TableKind.VIEW) {
        work.run("DROP VIEW IF EXISTS " + now);
        work.catalog().putTable(changed);
      } else {
        work.run("ALTER TABLE " + now + " RENAME TO " + H2Names.quote(newName));
        work.tracking().altered(table, work.catalog().putTable(changed));
      }
    } finally {
      views.mend();
    }
  }

  private void requireFree(Table table, String newName) throws SqlError {
    try {
      work.requireFree(table.database(), table.schema(), newName);
    } catch (SqlError taken) {
      throw Refusals.nameTaken(newName, "OBJECT");
    }
  }

  private void constraint(Table table, String name, String newName) throws SqlError, SQLException {
    if (!name.equalsIgnoreCase(newName)) {
      requireFree(table, newName);
    }
    Optional<Key> key = Constraints.key(table, name).filter(Key::constraint);
    boolean inH2 = table.columns().stream().noneMatch(c -> isDefault(c, name));
    if (inH2) {
      String exact =
          Constraints.names(table).stream()
              .filter(name::equalsIgnoreCase)
              .findFirst()
              .orElseThrow();
      work.run(
          "ALTER TABLE %s RENAME CONSTRAINT %s TO %s"
              .formatted(table.h2Name(), H2Names.quote(exact), H2Names.quote(newName)));
    }
    if (key.isPresent() && !key.get().primary()) {
      renameIndex(table, key.get(), newName);
    }
    List<Column> columns =
        table.columns().stream()
            .map(
                c ->
                    isDefault(c, name)
                        ? c.withDefault(newName, c.defaultText(), c.defaultObjectId())
                        : c)
            .toList();
    List<Check> checks =
        table.checks().stream()
            .map(
                c ->
                    c.name().equalsIgnoreCase(name)
                        ? new Check(newName, c.text(), c.columnId(), c.objectId())
                        : c)
            .toList();
    List<ForeignKey> foreignKeys =
        table.foreignKeys().stream()
            .map(k -> k.name().equalsIgnoreCase(name) ? k.withName(newName) : k)
            .toList();
    Table changed = table.withColumns(columns).withConstraints(checks, foreignKeys);
    work.catalog().putTable(withKeyNamed(changed, key, newName));
  }

  private static boolean isDefault(Column column, String name) {
    return column.defaultName() != null && column.defaultName().equalsIgnoreCase(name);
  }

  private static Table withKeyNamed(Table table, Optional<Key> key, String newName) {
    if (key.isEmpty()) {
      return table;
    }
    Key primary = table.primaryKey();
    return table.withKeys(
        key.get().equals(primary) ? key.get().withName(newName) : primary,
        table.otherKeys().stream()
            .map(k -> k.equals(key.get()) ? k.withName(newName) : k)
            .toList());
  }

  // ---- indexes ----

  private void index(String name, List<String> parts, String newName)
      throws SqlError, SQLException {
    Optional<Table> table = owner(parts);
    Optional<Key> key = table.flatMap(t -> Constraints.key(t, parts.get(parts.size() - 1)));
    if (table.isEmpty() || key.isEmpty()) {
      throw missing(name, "INDEX");
    }
    Optional<Key> taken = Constraints.key(table.get(), newName);
    if (taken.isPresent() && !taken.get().equals(key.get())) {
      throw Refusals.nameTaken(newName, "INDEX");
    }
    if (key.get().constraint()) {
      constraint(table.get(), key.get().name(), newName);
      return;
    }
    renameIndex(table.get(), key.get(), newName);
    work.catalog().putTable(withKeyNamed(table.get(), key, newName));
  }

  private void renameIndex(Table table, Key key, String newName) throws SQLException {
    work.run(
        "ALTER INDEX "
            + H2Names.index(table, key)
            + " RENAME TO "
            + H2Names.index(table, key.withName(newName)));
  }

  // ---- columns ----

  private void column(String name, List<String> parts, String newName)
      throws SqlError, SQLException {
    Optional<Table> owner = owner(parts);
    Optional<Column> found = owner.flatMap(t -> t.column(parts.get(parts.size() - 1)));
    if (owner.isEmpty() || found.isEmpty()) {
      throw new SqlError(
          15248,
          1,
          11,
          "Either the parameter @objname is ambiguous or the claimed @objtype (COLUMN) is wrong.");
    }
    Table table = owner.get();
    Column column = found.get();
    Optional<Column> taken = table.column(newName);
    if (taken.isPresent() && taken.get().columnId() != column.columnId()) {
      throw Refusals.nameTaken(newName, "COLUMN");
    }
    requireNoExpression(table, column, name);
    Views views = new Views(work);
    views.takeDown(table);
    try {
      work.run(
          "ALTER TABLE %s ALTER COLUMN %s RENAME TO %s"
              .formatted(table.h2Name(), H2Names.quote(column.name()), H2Names.quote(newName)));
      Table changed = work.catalog().putTable(renamed(table, column, newName));
      renameInReferences(table, column.name(), newName);
      work.tracking().altered(table, changed);
    } finally {
      views.mend();
    }
  }

  /** Texts of checks and computed columns name the column; SQL Server refuses likewise. */
  private static void requireNoExpression(Table table, Column column, String name) throws SqlError {
    List<String> texts = new ArrayList<>();
    table.checks().forEach(c -> texts.add(c.text()));
    for (Column other : table.columns()) {
      if (other.computed() != null) {
        texts.add(other.computed());
      }
    }
    for (String text : texts) {
      if (ColumnsUsed.in(Parser.parseExpression(text)).contains(column.name())) {
        throw new SqlError(
            15336,
            1,
            16,
            ("Object '%s' cannot be renamed because the object participates in enforced"
                    + " dependencies.")
                .formatted(name));
      }
    }
  }

  private static Table renamed(Table table, Column column, String newName) {
    String old = column.name();
    Key primary = table.primaryKey();
    return table
        .withColumns(
            table.columns().stream()
                .map(c -> c.columnId() == column.columnId() ? c.withName(newName) : c)
                .toList())
        .withKeys(
            primary == null ? null : renamed(primary, old, newName),
            table.otherKeys().stream().map(k -> renamed(k, old, newName)).toList())
        .withConstraints(
            table.checks(),
            table.foreignKeys().stream()
                .map(
                    k ->
                        k.withColumns(
                            renamed(k.columns(), old, newName),
                            k.targetId() == table.objectId()
                                ? renamed(k.targetColumns(), old, newName)
                                : k.targetColumns()))
                .toList());
  }

  private static Key renamed(Key key, String old, String newName) {
    return key.withColumns(
        renamed(key.columns(), old, newName), renamed(key.included(), old, newName));
  }

  private static List<String> renamed(List<String> names, String old, String newName) {
    return names.stream().map(n -> n.equals(old) ? newName : n).toList();
  }

  private void renameInReferences(Table table, String old, String newName) throws SQLException {
    for (Table other : work.catalog().tables(table.database())) {
      boolean refers =
          other.objectId() != table.objectId()
              && other.foreignKeys().stream().anyMatch(k -> k.targetId() == table.objectId());
      if (refers) {
        List<ForeignKey> keys =
            other.foreignKeys().stream()
                .map(
                    k ->
                        k.targetId() == table.objectId()
                            ? k.withColumns(k.columns(), renamed(k.targetColumns(), old, newName))
                            : k)
                .toList();
        work.catalog().putTable(other.withConstraints(other.checks(), keys));
      }
    }
  }

  // ---- types ----

  private void type(String name, List<String> parts, String newName) throws SqlError, SQLException {
    if (parts.size() > 2) {
      throw missing(name, "USERDATATYPE");
    }
    ObjectName written = new ObjectName(parts);
    Optional<AliasType> found =
        work.catalog().aliasType(work.database(), Work.schemaOf(written), written.name());
    if (found.isEmpty() || !work.may(Permission.ALTER, null)) {
      throw missing(name, "USERDATATYPE");
    }
    AliasType type = found.get();
    if (work.catalog().aliasType(type.database(), type.schema(), newName).isPresent()) {
      throw Refusals.nameTaken(newName, "USERDATATYPE");
    }
    String old = type.schema() + "." + type.name();
    String now = type.schema() + "." + newName;
    work.catalog().removeAliasType(type);
    work.catalog()
        .putAliasType(
            new AliasType(
                type.database(),
                type.schema(),
                newName,
                type.userTypeId(),
                type.type(),
                type.nullable()));
    for (Table table : work.catalog().tables(type.database())) {
      if (table.columns().stream().anyMatch(c -> old.equals(c.type().alias()))) {
        work.catalog()
            .putTable(
                table.withColumns(
                    table.columns().stream()
                        .map(c -> old.equals(c.type().alias()) ? c.withAlias(now) : c)
                        .toList()));
      }
    }
  }
}
