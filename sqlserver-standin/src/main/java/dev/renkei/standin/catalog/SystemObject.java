package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code sys.objects}: a table, a view or a constraint.
 *
 * @param part what it is of its table: the table itself, a {@link Key}, {@link Check}, {@link
 *     ForeignKey} or the {@link Column} that a default belongs to
 * @param type as in {@code sys.objects.type}, such as {@code U} or {@code PK}
 */
record SystemObject(
    Seen seen, Table table, Record part, String name, int objectId, String type, String typeText) {

  static SystemObject of(Seen seen, Table table) {
    boolean view = table.kind() == Table.TableKind.VIEW;
    return new SystemObject(
        seen,
        table,
        table,
        table.name(),
        table.objectId(),
        view ? "V" : "U",
        view ? "VIEW" : "USER_TABLE");
  }

  static SystemObject of(Seen seen, Table table, Key key) {
    return new SystemObject(
        seen,
        table,
        key,
        key.name(),
        key.objectId(),
        key.primary() ? "PK" : "UQ",
        key.primary() ? "PRIMARY_KEY_CONSTRAINT" : "UNIQUE_CONSTRAINT");
  }

  static SystemObject of(Seen seen, Table table, Check check) {
    return new SystemObject(
        seen, table, check, check.name(), check.objectId(), "C", "CHECK_CONSTRAINT");
  }

  static SystemObject of(Seen seen, Table table, ForeignKey key) {
    return new SystemObject(
        seen, table, key, key.name(), key.objectId(), "F", "FOREIGN_KEY_CONSTRAINT");
  }

  static Stream<SystemObject> tables(Seen seen, Table.TableKind kind) {
    return seen.tables(kind).map(t -> of(seen, t));
  }

  static Stream<SystemObject> keys(Seen seen) {
    return seen.tables().stream()
        .flatMap(t -> t.keys().stream().filter(Key::constraint).map(k -> of(seen, t, k)));
  }

  static Stream<SystemObject> checks(Seen seen) {
    return seen.tables().stream().flatMap(t -> t.checks().stream().map(c -> of(seen, t, c)));
  }

  static Stream<SystemObject> foreignKeys(Seen seen) {
    return seen.tables().stream().flatMap(t -> t.foreignKeys().stream().map(k -> of(seen, t, k)));
  }

  static Stream<SystemObject> defaults(Seen seen) {
    List<SystemObject> defaults = new ArrayList<>();
    for (Table table : seen.tables()) {
      for (Column column : table.columns()) {
        String name = column.defaultName();
        if (name != null) {
          defaults.add(
              new SystemObject(
                  seen, table, column, name, column.defaultObjectId(), "D", "DEFAULT_CONSTRAINT"));
        }
      }
    }
    return defaults.stream();
  }

  static Stream<SystemObject> all(Seen seen) {
    return Stream.of(
            seen.tables().stream().map(t -> of(seen, t)),
            keys(seen),
            checks(seen),
            foreignKeys(seen),
            defaults(seen))
        .flatMap(s -> s);
  }

  int schemaId() {
    return seen.definition().schema(table.schema()).map(DatabaseDefinition.Schema::id).orElse(1);
  }

  /** The table of a constraint; 0 for tables and views. */
  int parentId() {
    return part == table ? 0 : table.objectId();
  }

  /** Whether the name looks as the server makes them. */
  boolean isNamedByServer() {
    return name.matches("(PK|UQ|DF|CK|FK)__.+__[0-9A-F]{8,16}");
  }

  @Nullable Column column(String columnName) {
    return table.column(columnName).orElse(null);
  }
}
