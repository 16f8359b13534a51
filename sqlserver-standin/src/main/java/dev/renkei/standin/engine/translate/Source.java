package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something in FROM that gives columns.
 *
 * @param exposed the name by which T-SQL knows it: its alias, or its table's name
 * @param aliased whether {@code exposed} is an alias, so that schema and database cannot qualify it
 * @param table for a table or view
 * @param h2Alias quoted
 * @param used names of the columns asked for, in lower case
 */
record Source(
    String exposed,
    boolean aliased,
    @Nullable Table table,
    String h2Alias,
    List<Field> columns,
    Set<String> used) {

  /** A column of a source. */
  record Field(String name, Typed typed) {}

  static Source of(String exposed, String h2Alias, List<Field> columns) {
    return new Source(exposed, true, null, h2Alias, columns, new HashSet<>());
  }

  static Source of(Table table, String exposed, boolean aliased, String h2Alias) {
    List<Field> columns =
        table.columns().stream()
            .map(c -> new Field(c.name(), column(h2Alias, c.name(), c)))
            .toList();
    return new Source(exposed, aliased, table, h2Alias, columns, new HashSet<>());
  }

  /** A column named without its table, as in a definition. */
  static Typed bareColumn(Table.Column column) {
    return new Typed(
        H2Names.quote(column.name()),
        column.sqlType(),
        column.nullable(),
        Typed.Collation.COLUMN,
        true,
        false,
        null,
        column);
  }

  static Typed column(String h2Alias, String h2Name, Table.Column column) {
    return new Typed(
        h2Alias + "." + H2Names.quote(h2Name),
        column.sqlType(),
        column.nullable(),
        Typed.Collation.COLUMN,
        true,
        false,
        null,
        column);
  }

  /** The column, marked as used. */
  Optional<Typed> find(String name) {
    for (Field field : columns) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(use(field));
      }
    }
    return Optional.empty();
  }

  Typed use(Field field) {
    used.add(field.name.toLowerCase(Locale.ROOT));
    return field.typed;
  }

  /** On the far side of an outer join every column may be NULL. */
  Source orNull() {
    List<Field> all = columns.stream().map(f -> new Field(f.name, f.typed.orNull())).toList();
    return new Source(exposed, aliased, table, h2Alias, all, used);
  }

  /** Whether a qualifier of one to three parts means this source. */
  boolean answersTo(List<String> qualifier, String database) {
    String last = qualifier.get(qualifier.size() - 1);
    if (!exposed.equalsIgnoreCase(last)) {
      return false;
    }
    if (qualifier.size() == 1) {
      return true;
    }
    if (aliased || table == null) {
      return false;
    }
    String schema = qualifier.get(qualifier.size() - 2);
    boolean same = schema.isEmpty() || table.schema().equalsIgnoreCase(schema);
    if (qualifier.size() == 2) {
      return same && table.database().equalsIgnoreCase(database);
    }
    return same && table.database().equalsIgnoreCase(qualifier.get(0));
  }
}
