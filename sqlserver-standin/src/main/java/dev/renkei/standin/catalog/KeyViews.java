package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.TableKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** System views of indexes and constraints. */
final class KeyViews {
  private KeyViews() {}

  static List<SystemView<?>> all() {
    return List.of(
        indexes(),
        indexColumns(),
        keyConstraints(),
        defaultConstraints(),
        checkConstraints(),
        foreignKeys(),
        foreignKeyColumns());
  }

  // ---- indexes ----

  /** An index; without a key it is the table's heap. */
  private record Index(Table table, Optional<Key> key) {
    static Stream<Index> all(Seen seen) {
      return seen.tables(TableKind.USER_TABLE)
          .flatMap(t -> KeyViews.indexes(t).stream().map(k -> new Index(t, k)));
    }

    int type() {
      return key.map(k -> k.clustered() ? 1 : 2).orElse(0);
    }

    boolean is(java.util.function.Predicate<Key> what) {
      return key.filter(what).isPresent();
    }
  }

  /** All indexes of a table in order of their ids; a heap (empty) where none is clustered. */
  static List<Optional<Key>> indexes(Table table) {
    List<Optional<Key>> indexes = new ArrayList<>();
    if (table.keys().stream().noneMatch(Key::clustered)) {
      indexes.add(Optional.empty());
    }
    table.keys().stream()
        .sorted(java.util.Comparator.comparing(Key::indexId))
        .forEach(k -> indexes.add(Optional.of(k)));
    return indexes;
  }

  private static SystemView<Index> indexes() {
    return SystemView.<Index>of("sys", "indexes", Index::all)
        .column("object_id int", i -> i.table().objectId())
        .column("name sysname null", i -> i.key().map(Key::name).orElse(null))
        .column("index_id int", i -> i.key().map(Key::indexId).orElse(0))
        .column("type tinyint", Index::type)
        .column(
            "type_desc nvarchar(60) null",
            i -> List.of("HEAP", "CLUSTERED", "NONCLUSTERED").get(i.type()))
        .column("is_unique bit null", i -> i.is(Key::unique))
        .columns(1, "data_space_id int null")
        .columns(false, "ignore_dup_key bit null")
        .column("is_primary_key bit null", i -> i.is(Key::primary))
        .column("is_unique_constraint bit null", i -> i.is(k -> k.constraint() && !k.primary()))
        .columns(0, "fill_factor tinyint")
        .columns(
            false,
            "is_padded bit null",
            "is_disabled bit null",
            "is_hypothetical bit null",
            "is_ignored_in_optimization bit null")
        .columns(true, "allow_row_locks bit null", "allow_page_locks bit null")
        .columns(false, "has_filter bit null")
        .columns(null, "filter_definition nvarchar(max) null", "compression_delay int null")
        .columns(
            false,
            "suppress_dup_key_messages bit null",
            "auto_created bit null",
            "optimize_for_sequential_key bit null");
  }

  /** A column of an index; ordinal 0 for those of INCLUDE. */
  private record IndexColumn(Table table, Key key, int number, String name, int ordinal) {
    static Stream<IndexColumn> all(Seen seen) {
      return seen.tables(TableKind.USER_TABLE)
          .flatMap(t -> t.keys().stream().flatMap(k -> of(t, k)));
    }

    private static Stream<IndexColumn> of(Table table, Key key) {
      int keys = key.columns().size();
      return Stream.concat(
          IntStream.range(0, keys)
              .mapToObj(i -> new IndexColumn(table, key, i + 1, key.columns().get(i), i + 1)),
          IntStream.range(0, key.included().size())
              .mapToObj(i -> new IndexColumn(table, key, keys + i + 1, key.included().get(i), 0)));
    }
  }

  private static SystemView<IndexColumn> indexColumns() {
    return SystemView.<IndexColumn>of("sys", "index_columns", IndexColumn::all)
        .column("object_id int", c -> c.table().objectId())
        .column("index_id int", c -> c.key().indexId())
        .column("index_column_id int", IndexColumn::number)
        .column("column_id int", c -> columnId(c.table(), c.name()))
        .column("key_ordinal tinyint", IndexColumn::ordinal)
        .columns(0, "partition_ordinal tinyint")
        .column(
            "is_descending_key bit null",
            c -> c.ordinal() > 0 && c.key().descending().get(c.ordinal() - 1))
        .column("is_included_column bit null", c -> c.ordinal() == 0)
        .columns(0, "column_store_order_ordinal tinyint");
  }

  private static int columnId(Table table, String name) {
    return table.column(name).map(Column::columnId).orElse(0);
  }

  // ---- constraints ----

  private static SystemView<SystemObject> keyConstraints() {
    return ObjectViews.objects("key_constraints", SystemObject::keys)
        .column("unique_index_id int null", o -> ((Key) o.part()).indexId())
        .column("is_system_named bit", SystemObject::isNamedByServer)
        .columns(true, "is_enforced bit null");
  }

  private static SystemView<SystemObject> defaultConstraints() {
    return ObjectViews.objects("default_constraints", SystemObject::defaults)
        .column("parent_column_id int", o -> ((Column) o.part()).columnId())
        .column(
            "definition nvarchar(max) null",
            o -> ColumnViews.inBrackets(((Column) o.part()).defaultText()))
        .column("is_system_named bit", SystemObject::isNamedByServer);
  }

  private static SystemView<SystemObject> checkConstraints() {
    return ObjectViews.objects("check_constraints", SystemObject::checks)
        .columns(false, "is_disabled bit", "is_not_for_replication bit", "is_not_trusted bit")
        .column("parent_column_id int", o -> ((Check) o.part()).columnId())
        .column(
            "definition nvarchar(max) null", o -> ColumnViews.inBrackets(((Check) o.part()).text()))
        .columns(false, "uses_database_collation bit null")
        .column("is_system_named bit", SystemObject::isNamedByServer);
  }

  private static SystemView<SystemObject> foreignKeys() {
    return ObjectViews.objects("foreign_keys", SystemObject::foreignKeys)
        .column("referenced_object_id int null", o -> ((ForeignKey) o.part()).targetId())
        .column("key_index_id int null", KeyViews::targetIndex)
        .columns(false, "is_disabled bit", "is_not_for_replication bit", "is_not_trusted bit")
        .column(
            "delete_referential_action tinyint null",
            o -> ((ForeignKey) o.part()).cascadeDelete() ? 1 : 0)
        .column(
            "delete_referential_action_desc nvarchar(60) null",
            o -> ((ForeignKey) o.part()).cascadeDelete() ? "CASCADE" : "NO_ACTION")
        .columns(0, "update_referential_action tinyint null")
        .columns("NO_ACTION", "update_referential_action_desc nvarchar(60) null")
        .column("is_system_named bit", SystemObject::isNamedByServer);
  }

  private static int targetIndex(SystemObject object) {
    ForeignKey key = (ForeignKey) object.part();
    return object.seen().definition().table(key.targetId()).stream()
        .flatMap(t -> t.keys().stream())
        .filter(k -> k.unique() && k.columns().equals(key.targetColumns()))
        .mapToInt(Key::indexId)
        .findFirst()
        .orElse(1);
  }

  /** One pair of columns of a foreign key. */
  private record Pair(Seen seen, Table table, ForeignKey key, int at) {
    static Stream<Pair> all(Seen seen) {
      return seen.tables().stream()
          .flatMap(
              t ->
                  t.foreignKeys().stream()
                      .flatMap(
                          k ->
                              IntStream.range(0, k.columns().size())
                                  .mapToObj(i -> new Pair(seen, t, k, i))));
    }

    int referencedColumn() {
      return seen.definition()
          .table(key.targetId())
          .map(t -> columnId(t, key.targetColumns().get(at)))
          .orElse(0);
    }
  }

  private static SystemView<Pair> foreignKeyColumns() {
    return SystemView.<Pair>of("sys", "foreign_key_columns", Pair::all)
        .column("constraint_object_id int", p -> p.key().objectId())
        .column("constraint_column_id int", p -> p.at() + 1)
        .column("parent_object_id int", p -> p.table().objectId())
        .column("parent_column_id int", p -> columnId(p.table(), p.key().columns().get(p.at())))
        .column("referenced_object_id int", p -> p.key().targetId())
        .column("referenced_column_id int", Pair::referencedColumn);
  }
}
