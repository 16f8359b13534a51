package dev.renkei.standin.catalog;

import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.sql.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** System views of columns and types. */
final class ColumnViews {
  private ColumnViews() {}

  static List<SystemView<?>> all() {
    return List.of(
        columns("columns", ColumnViews::ofUsers),
        columns("all_columns", ColumnViews::ofAll),
        computed(),
        identities(),
        types());
  }

  /** A column and its table. */
  record TableColumn(Seen seen, Table table, Column column) {
    SystemTypes.BaseType base() {
      return SystemTypes.of(column.sqlType().kind());
    }

    int userTypeId() {
      return alias().map(AliasType::userTypeId).orElse(base().userTypeId());
    }

    /** The alias type, named {@code schema.name} in the column. */
    Optional<AliasType> alias() {
      String alias = column.type().alias();
      return alias == null
          ? Optional.empty()
          : seen.definition().types().stream()
              .filter(t -> alias.equalsIgnoreCase(t.schema() + "." + t.name()))
              .findFirst();
    }
  }

  static Stream<TableColumn> ofUsers(Seen seen) {
    return seen.tables().stream()
        .flatMap(t -> t.columns().stream().map(c -> new TableColumn(seen, t, c)));
  }

  private static Stream<TableColumn> ofAll(Seen seen) {
    return Stream.concat(
        ofUsers(seen),
        SystemViews.tables(seen.database().name()).stream()
            .flatMap(t -> t.columns().stream().map(c -> new TableColumn(seen, t, c))));
  }

  private static SystemView<TableColumn> columns(
      String name, Function<Seen, Stream<TableColumn>> rows) {
    return columns(SystemView.of("sys", name, rows));
  }

  private static SystemView<TableColumn> columns(SystemView<TableColumn> view) {
    return view.column("object_id int", c -> c.table().objectId())
        .column("name sysname null", c -> c.column().name())
        .column("column_id int", c -> c.column().columnId())
        .column("system_type_id tinyint", c -> c.base().systemTypeId())
        .column("user_type_id int", TableColumn::userTypeId)
        .column("max_length smallint", c -> SystemTypes.maxLength(c.column().sqlType()))
        .column("precision tinyint", c -> SystemTypes.precision(c.column().sqlType()))
        .column("scale tinyint", c -> SystemTypes.scale(c.column().sqlType()))
        .column("collation_name sysname null", c -> SystemTypes.collation(c.column().sqlType()))
        .column("is_nullable bit null", c -> c.column().nullable())
        .column("is_ansi_padded bit", c -> isPadded(c.column()))
        .columns(false, "is_rowguidcol bit")
        .column("is_identity bit", c -> c.column().identity() != null)
        .column("is_computed bit", c -> c.column().computed() != null)
        .columns(
            false,
            "is_filestream bit",
            "is_replicated bit null",
            "is_non_sql_subscribed bit null",
            "is_merge_published bit null",
            "is_dts_replicated bit null",
            "is_xml_document bit")
        .columns(0, "xml_collection_id int")
        .column("default_object_id int", c -> c.column().defaultObjectId())
        .columns(0, "rule_object_id int")
        .columns(false, "is_sparse bit null", "is_column_set bit null")
        .columns(0, "generated_always_type tinyint null")
        .columns("NOT_APPLICABLE", "generated_always_type_desc nvarchar(60) null")
        .columns(
            null,
            "encryption_type int null",
            "encryption_type_desc nvarchar(64) null",
            "encryption_algorithm_name sysname null",
            "column_encryption_key_id int null",
            "column_encryption_key_database_name sysname null")
        .columns(false, "is_hidden bit null", "is_masked bit");
  }

  private static boolean isPadded(Column column) {
    return column.sqlType().kind().isText()
        || column.sqlType().kind() == Kind.BINARY
        || column.sqlType().kind() == Kind.VARBINARY;
  }

  private static SystemView<TableColumn> computed() {
    return columns("computed_columns", s -> ofUsers(s).filter(c -> c.column().computed() != null))
        .column("definition nvarchar(max) null", c -> inBrackets(c.column().computed()))
        .columns(false, "uses_database_collation bit")
        .column("is_persisted bit", c -> c.column().persisted());
  }

  /** SQL Server shows expressions in brackets. */
  static @Nullable String inBrackets(@Nullable String text) {
    return text == null || text.startsWith("(") && text.endsWith(")") ? text : "(" + text + ")";
  }

  /** Its values are sql_variant in SQL Server; here they are bigint. */
  private static SystemView<TableColumn> identities() {
    Function<Seen, Stream<TableColumn>> rows =
        s -> ofUsers(s).filter(c -> c.column().identity() != null);
    return columns(SystemView.live("sys", "identity_columns", rows))
        .column("seed_value bigint null", c -> identity(c).seed())
        .column("increment_value bigint null", c -> identity(c).increment())
        .column("last_value bigint null", ColumnViews::lastValue)
        .columns(false, "is_not_for_replication bit null");
  }

  private static Table.Identity identity(TableColumn column) {
    return java.util.Objects.requireNonNull(column.column().identity());
  }

  private static @Nullable Object lastValue(TableColumn column) {
    Table.Identity identity = identity(column);
    Long next = column.seen().nextIdentity(column.table(), column.column().name());
    return next == null || next == identity.seed() ? null : next - identity.increment();
  }

  // ---- types ----

  /** A base type or an alias type. */
  private record Type(
      String name,
      int systemTypeId,
      int userTypeId,
      int schemaId,
      int maxLength,
      int precision,
      int scale,
      @Nullable String collation,
      boolean nullable,
      boolean alias) {

    static Stream<Type> all(Seen seen) {
      List<Type> types = new ArrayList<>();
      for (SystemTypes.BaseType t : SystemTypes.ALL) {
        boolean text = t.name().contains("char") || t.name().contains("text");
        types.add(
            new Type(
                t.name(),
                t.systemTypeId(),
                t.userTypeId(),
                4,
                t.maxLength(),
                t.precision(),
                t.scale(),
                text || t.name().equals("sysname") ? SystemTypes.COLLATION : null,
                !t.name().equals("sysname") && !t.name().equals("timestamp"),
                false));
      }
      for (AliasType t : seen.definition().types()) {
        types.add(
            new Type(
                t.name(),
                SystemTypes.of(t.type().kind()).systemTypeId(),
                t.userTypeId(),
                seen.definition().schema(t.schema()).map(DatabaseDefinition.Schema::id).orElse(1),
                SystemTypes.maxLength(t.type()),
                SystemTypes.precision(t.type()),
                SystemTypes.scale(t.type()),
                SystemTypes.collation(t.type()),
                t.nullable(),
                true));
      }
      return types.stream();
    }
  }

  private static SystemView<Type> types() {
    return SystemView.<Type>of("sys", "types", Type::all)
        .column("name sysname", Type::name)
        .column("system_type_id tinyint", Type::systemTypeId)
        .column("user_type_id int", Type::userTypeId)
        .column("schema_id int", Type::schemaId)
        .columns(null, "principal_id int null")
        .column("max_length smallint", Type::maxLength)
        .column("precision tinyint", Type::precision)
        .column("scale tinyint", Type::scale)
        .column("collation_name sysname null", Type::collation)
        .column("is_nullable bit null", Type::nullable)
        .column("is_user_defined bit", Type::alias)
        .column("is_assembly_type bit", t -> t.systemTypeId() == 240 && !t.alias())
        .columns(0, "default_object_id int", "rule_object_id int")
        .columns(false, "is_table_type bit");
  }
}
