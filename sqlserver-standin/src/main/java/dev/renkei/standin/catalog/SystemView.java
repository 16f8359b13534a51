package dev.renkei.standin.catalog;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A catalog view as SQL Server documents it: its columns with their types, and whence each row
 * comes.
 *
 * @param <T> what one row is about
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-catalog-views/catalog-views-transact-sql">
 *     System catalog views</a>
 */
final class SystemView<T> {
  private static final Pattern COLUMN =
      Pattern.compile("(\\w+) (\\w+)(?:\\((\\d+|max)(?:,(\\d+))?\\))?( null)?");

  private final String schema;
  private final String name;
  private final boolean live;
  private final Function<Seen, Stream<T>> rows;
  private final @Nullable BiFunction<Seen, Integer, Stream<T>> rowsOfObject;
  private final List<ViewColumn<T>> columns = new ArrayList<>();

  private record ViewColumn<T>(
      String name, SqlType type, boolean nullable, Function<T, @Nullable Object> value) {}

  private SystemView(
      String schema,
      String name,
      boolean live,
      Function<Seen, Stream<T>> rows,
      @Nullable BiFunction<Seen, Integer, Stream<T>> rowsOfObject) {
    this.schema = schema;
    this.name = name;
    this.live = live;
    this.rows = rows;
    this.rowsOfObject = rowsOfObject;
  }

  /** A view whose rows follow from the definitions alone. */
  static <T> SystemView<T> of(String schema, String name, Function<Seen, Stream<T>> rows) {
    return new SystemView<>(schema, name, false, rows, null);
  }

  /** A view whose rows depend on what tables hold, as the reading transaction sees them. */
  static <T> SystemView<T> live(String schema, String name, Function<Seen, Stream<T>> rows) {
    return new SystemView<>(schema, name, true, rows, null);
  }

  /**
   * As {@link #live(String, String, Function)}.
   *
   * @param rowsOfObject finds the rows of one object_id without reading all
   */
  static <T> SystemView<T> live(
      String schema,
      String name,
      Function<Seen, Stream<T>> rows,
      BiFunction<Seen, Integer, Stream<T>> rowsOfObject) {
    return new SystemView<>(schema, name, true, rows, rowsOfObject);
  }

  /** Adds a column, for example {@code "default_object_id int"} or {@code "name sysname null"}. */
  SystemView<T> column(String declaration, Function<T, @Nullable Object> value) {
    Matcher matcher = COLUMN.matcher(declaration);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(declaration);
    }
    columns.add(
        new ViewColumn<>(
            matcher.group(1),
            type(matcher.group(2), matcher.group(3), matcher.group(4)),
            matcher.group(5) != null,
            value));
    return this;
  }

  /** Adds columns that have the same value in every row; the value is null for none. */
  SystemView<T> columns(@Nullable Object value, String... declarations) {
    for (String declaration : declarations) {
      column(declaration, row -> value);
    }
    return this;
  }

  /** Adds the columns of another view, taken from what {@code part} finds in a row. */
  <P> SystemView<T> columns(SystemView<P> other, Function<T, P> part) {
    for (ViewColumn<P> c : other.columns) {
      columns.add(
          new ViewColumn<>(c.name, c.type, c.nullable, row -> c.value.apply(part.apply(row))));
    }
    return this;
  }

  private static SqlType type(String name, @Nullable String length, @Nullable String scale) {
    if (name.equals("sysname")) {
      return SqlType.nvarchar(128);
    }
    Kind kind = Kind.valueOf(name.toUpperCase(Locale.ROOT));
    if (length == null) {
      return SqlType.of(kind);
    }
    return kind == Kind.DECIMAL && scale != null
        ? SqlType.decimal(Integer.parseInt(length), Integer.parseInt(scale))
        : SqlType.sized(kind, length.equals("max") ? SqlType.MAX : Integer.parseInt(length));
  }

  String schema() {
    return schema;
  }

  String name() {
    return name;
  }

  boolean isLive() {
    return live;
  }

  /** The rows as someone sees them now, values in the order of the columns. */
  Stream<@Nullable Object[]> rows(Seen seen) {
    return values(rows.apply(seen));
  }

  /** The rows of one object, without reading all; null where this view cannot. */
  @Nullable Stream<@Nullable Object[]> rows(Seen seen, int objectId) {
    return rowsOfObject == null ? null : values(rowsOfObject.apply(seen, objectId));
  }

  private Stream<@Nullable Object[]> values(Stream<T> found) {
    return found.map(row -> columns.stream().map(c -> c.value.apply(row)).toArray());
  }

  /** Its definition in one database. */
  Table table(String database, int objectId) {
    List<Table.Column> tableColumns = new ArrayList<>();
    for (ViewColumn<T> c : columns) {
      tableColumns.add(
          new Table.Column(
              tableColumns.size() + 1,
              c.name,
              new Table.SqlColumnType(c.type, null),
              c.nullable,
              null,
              null,
              false,
              null,
              null));
    }
    return new Table(
        objectId,
        database,
        schema,
        name,
        Table.TableKind.SYSTEM_VIEW,
        tableColumns,
        null,
        List.of(),
        0);
  }
}
