package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.AliasType;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Check;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.ForeignKey;
import dev.renkei.standin.catalog.Table.Identity;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.engine.translate.TypedSql;
import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tsql.Unparser;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement.CheckConstraint;
import dev.renkei.standin.tsql.ast.Statement.ColumnDefinition;
import dev.renkei.standin.tsql.ast.Statement.DefaultSpec;
import dev.renkei.standin.tsql.ast.Statement.ForeignKeyConstraint;
import dev.renkei.standin.tsql.ast.Statement.KeyColumn;
import dev.renkei.standin.tsql.ast.Statement.KeyConstraint;
import dev.renkei.standin.tsql.ast.Statement.TableConstraint;
import dev.renkei.standin.tsql.ast.TypeName;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns what CREATE TABLE and ALTER TABLE say into a definition, checked by SQL Server's rules. */
final class TableBuilder {
  private final Work work;
  private final int objectId;
  private final String database;
  private final String schema;
  private final String name;
  private final List<Column> columns;
  private @Nullable Key primaryKey;
  private final List<Key> otherKeys;
  private final List<Check> checks;
  private final List<ForeignKey> foreignKeys;
  private final LocalDateTime created;
  private int lastColumnId;
  private final Set<String> explicitlyNullable = new HashSet<>();

  /** Begins a new table. */
  TableBuilder(Work work, String database, String schema, String name) {
    this(
        work,
        new Table(
            work.catalog().nextObjectId(),
            database,
            schema,
            name,
            TableKind.USER_TABLE,
            List.of(),
            null,
            List.of(),
            List.of(),
            List.of(),
            null,
            0,
            now(),
            now(),
            0));
  }

  /** Goes on from a table as it is. */
  TableBuilder(Work work, Table table) {
    this.work = work;
    this.objectId = table.objectId();
    this.database = table.database();
    this.schema = table.schema();
    this.name = table.name();
    this.columns = new ArrayList<>(table.columns());
    this.primaryKey = table.primaryKey();
    this.otherKeys = new ArrayList<>(table.otherKeys());
    this.checks = new ArrayList<>(table.checks());
    this.foreignKeys = new ArrayList<>(table.foreignKeys());
    this.created = table.created();
    this.lastColumnId = table.lastColumnId();
  }

  /** Dates of objects have datetime's grain, near enough. */
  static LocalDateTime now() {
    return LocalDateTime.now(ZoneOffset.UTC).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
  }

  Table table() {
    return new Table(
        objectId,
        database,
        schema,
        name,
        TableKind.USER_TABLE,
        columns,
        primaryKey,
        otherKeys,
        checks,
        foreignKeys,
        null,
        lastColumnId,
        created,
        now(),
        0);
  }

  // ---- columns ----

  /**
   * Adds columns with their constraints and then those of the table. Keys come before foreign keys,
   * which may refer to them.
   */
  void add(List<ColumnDefinition> definitions, List<TableConstraint> constraints) throws SqlError {
    List<ColumnConstraint> all = new ArrayList<>();
    for (ColumnDefinition definition : definitions) {
      lastColumnId++;
      addColumn(definition, lastColumnId);
      for (TableConstraint constraint : definition.constraints()) {
        all.add(new ColumnConstraint(constraint, definition.name(), lastColumnId));
      }
    }
    constraints.forEach(c -> all.add(new ColumnConstraint(c, null, 0)));
    long primaryKeys =
        all.stream().filter(c -> c.constraint() instanceof KeyConstraint k && k.primary()).count();
    if (primaryKeys > 1) {
      throw Refusals.twoKeys(name);
    }
    for (ColumnConstraint c : all) {
      if (c.constraint() instanceof KeyConstraint key) {
        addKey(key);
      }
    }
    for (ColumnConstraint c : all) {
      if (c.constraint() instanceof CheckConstraint check) {
        addCheck(check, c.column(), c.columnId());
      } else if (c.constraint() instanceof ForeignKeyConstraint key) {
        addForeignKey(key);
      }
    }
  }

  /** A constraint and the column in whose definition it stands, if any. */
  private record ColumnConstraint(
      TableConstraint constraint, @Nullable String column, int columnId) {}

  private void addColumn(ColumnDefinition definition, int id) throws SqlError {
    if (find(definition.name()).isPresent()) {
      throw Refusals.columnTwice(definition.name(), name);
    }
    TypeName declared = definition.type();
    columns.add(
        declared == null ? computedColumn(definition, id) : plainColumn(definition, declared, id));
  }

  private Column computedColumn(ColumnDefinition definition, int id) throws SqlError {
    if (definition.computed() == null) {
      throw new IllegalArgumentException("neither type nor expression: " + definition.name());
    }
    for (String used : ColumnsUsed.in(definition.computed())) {
      if (find(used).map(c -> c.computed() != null).orElse(false)) {
        throw new SqlError(
            1759,
            0,
            16,
            ("Computed column '%s' in table '%s' is not allowed to be used in another"
                    + " computed-column definition.")
                .formatted(used, name));
      }
    }
    List<Column> plain = columns.stream().filter(c -> c.computed() == null).toList();
    TypedSql sql = work.translator().columnExpression(definition.computed(), plain, database);
    H2Shape.withoutVariables(sql, "computed columns whose value changes with time");
    boolean nullable = !Boolean.FALSE.equals(definition.nullable());
    return new Column(
        id,
        definition.name(),
        new SqlColumnType(sql.type(), null),
        nullable,
        null,
        Unparser.text(definition.computed()),
        definition.persisted(),
        null,
        null,
        0);
  }

  private Column plainColumn(ColumnDefinition definition, TypeName declared, int id)
      throws SqlError {
    String column = definition.name();
    Optional<AliasType> alias = alias(work, declared, database);
    SqlType type = typeOf(declared, definition.collation());
    boolean rowversion = type.kind() == Kind.ROWVERSION;
    if (rowversion && columns.stream().anyMatch(c -> c.sqlType().kind() == Kind.ROWVERSION)) {
      throw Refusals.twoTimestamps(name, column);
    }
    Identity identity = identity(definition, type);
    boolean nullable =
        definition.nullable() != null
            ? definition.nullable()
            : identity == null && !rowversion && alias.map(AliasType::nullable).orElse(true);
    if (nullable && Boolean.TRUE.equals(definition.nullable())) {
      explicitlyNullable.add(Constraints.lower(column));
    }
    Column plain =
        new Column(
            id,
            column,
            new SqlColumnType(type, alias.map(a -> a.schema() + "." + a.name()).orElse(null)),
            nullable,
            identity,
            null,
            false,
            null,
            null,
            0);
    DefaultSpec value = definition.defaultValue();
    return value == null ? plain : withDefault(plain, value);
  }

  private SqlType typeOf(TypeName declared, @Nullable String collation) throws SqlError {
    return collated(work.translator().resolve(declared, database), collation);
  }

  /** The alias type that a name means, if it is one. */
  static Optional<AliasType> alias(Work work, TypeName type, String database) {
    ObjectName written = type.name();
    return work.catalog().aliasType(database, Work.schemaOf(written), written.name());
  }

  /** A type under a collation, of which only the case can be chosen. */
  static SqlType collated(SqlType type, @Nullable String collation) throws SqlError {
    if (collation == null) {
      return type;
    }
    String upper = collation.toUpperCase(Locale.ROOT);
    if (upper.equals("DATABASE_DEFAULT") || upper.matches("[A-Z0-9_]+_CI_AS(_[A-Z0-9_]+)?")) {
      return type.withCaseSensitive(false);
    }
    if (upper.matches("[A-Z0-9_]+(_CS_AS(_[A-Z0-9_]+)?|_BIN2?(_UTF8)?)")) {
      return type.kind().isText() ? type.withCaseSensitive(true) : type;
    }
    if (upper.matches("[A-Z0-9_]+_C[IS]_AI(_[A-Z0-9_]+)?")) {
      throw SqlError.refused("the collation " + collation + ", which ignores accents");
    }
    throw Refusals.badCollation(collation);
  }

  private @Nullable Identity identity(ColumnDefinition definition, SqlType type) throws SqlError {
    if (definition.identity() == null) {
      return null;
    }
    boolean whole =
        switch (type.kind()) {
          case TINYINT, SMALLINT, INT, BIGINT -> true;
          case DECIMAL -> type.scale() == 0;
          default -> false;
        };
    if (!whole || Boolean.TRUE.equals(definition.nullable())) {
      throw Refusals.badIdentity(definition.name());
    }
    if (columns.stream().anyMatch(c -> c.identity() != null)) {
      throw Refusals.twoIdentities(name);
    }
    if (definition.defaultValue() != null) {
      throw Refusals.defaultOnIdentity(name, definition.name());
    }
    return new Identity(definition.identity().seed(), definition.identity().increment());
  }

  /** A column with a default, which must be an expression without columns. */
  Column withDefault(Column column, DefaultSpec value) throws SqlError {
    if (column.defaultName() != null) {
      throw Refusals.defaultExists();
    }
    if (column.identity() != null) {
      throw Refusals.defaultOnIdentity(name, column.name());
    }
    work.translator().columnExpression(value.value(), List.of(), database);
    int id = work.catalog().nextObjectId();
    String constraint = value.constraintName();
    if (constraint == null) {
      constraint = Constraints.name("DF", name, column.name(), id);
    } else {
      requireFree(constraint);
    }
    return column.withDefault(constraint, Unparser.text(value.value()), id);
  }

  Optional<Column> find(String column) {
    return columns.stream().filter(c -> c.name().equalsIgnoreCase(column)).findFirst();
  }

  /** Puts a changed column in the place of the one with its id. */
  void replace(Column changed) {
    columns.replaceAll(c -> c.columnId() == changed.columnId() ? changed : c);
  }

  void remove(Column column) {
    columns.remove(column);
  }

  // ---- keys ----

  /** Adds a PRIMARY KEY or UNIQUE constraint. */
  Key addKey(KeyConstraint constraint) throws SqlError {
    List<String> names = keyColumns(constraint.columns());
    if (constraint.primary()) {
      if (primaryKey != null) {
        throw Refusals.hasKey(name);
      }
      for (String column : names) {
        requireNotNull(find(column).orElseThrow());
      }
    }
    int id = work.catalog().nextObjectId();
    String keyName = constraint.name();
    if (keyName == null) {
      keyName = Constraints.keyName(constraint.primary(), name, names, id);
    } else {
      requireFree(keyName);
    }
    Key key =
        new Key(
            keyName,
            constraint.clustered() && noClusteredIndex() ? 1 : nextIndexId(),
            constraint.primary(),
            true,
            true,
            names,
            constraint.columns().stream().map(KeyColumn::descending).toList(),
            constraint.clustered() && noClusteredIndex(),
            List.of(),
            id);
    if (constraint.primary()) {
      primaryKey = key;
    } else {
      otherKeys.add(key);
    }
    return key;
  }

  /** In CREATE TABLE a key's columns become NOT NULL, unless they say NULL themselves. */
  private void requireNotNull(Column column) throws SqlError {
    if (!column.nullable()) {
      return;
    }
    boolean existed = work.catalog().table(objectId).isPresent();
    if (explicitlyNullable.contains(Constraints.lower(column.name()))
        || (existed && column.computed() == null)) {
      throw Refusals.nullableKey(name);
    }
    replace(column.withNullable(false));
  }

  /** Adds a plain index. */
  Key addIndex(
      String index,
      boolean unique,
      boolean clustered,
      List<KeyColumn> keyColumns,
      List<String> included)
      throws SqlError {
    if (Constraints.key(table(), index).isPresent()) {
      throw Refusals.indexExists(index, schema + "." + name);
    }
    List<String> names = keyColumns(keyColumns);
    List<String> extra = new ArrayList<>();
    for (String column : included) {
      extra.add(find(column).orElseThrow(() -> Refusals.noKeyColumn(column)).name());
    }
    Key key =
        new Key(
            index,
            clustered && noClusteredIndex() ? 1 : nextIndexId(),
            false,
            unique,
            false,
            names,
            keyColumns.stream().map(KeyColumn::descending).toList(),
            clustered && noClusteredIndex(),
            extra,
            0);
    otherKeys.add(key);
    return key;
  }

  private List<String> keyColumns(List<KeyColumn> written) throws SqlError {
    List<String> names = new ArrayList<>();
    for (KeyColumn column : written) {
      Column found = find(column.name()).orElseThrow(() -> Refusals.noKeyColumn(column.name()));
      if (names.contains(found.name())) {
        throw Refusals.keyColumnTwice(found.name());
      }
      if (!Constraints.mayBeKey(found)) {
        throw Refusals.badKeyColumn(found.name(), name);
      }
      names.add(found.name());
    }
    return names;
  }

  private boolean noClusteredIndex() {
    return (primaryKey == null || !primaryKey.clustered())
        && otherKeys.stream().noneMatch(Key::clustered);
  }

  /** Index ids of a table are 1 for the clustered index, else 2 and up. */
  private int nextIndexId() {
    IntStream used =
        IntStream.concat(
            otherKeys.stream().mapToInt(Key::indexId),
            IntStream.of(primaryKey == null ? 1 : primaryKey.indexId()));
    return Math.max(2, used.max().orElse(1) + 1);
  }

  void removeKey(Key key) {
    if (key.primary()) {
      primaryKey = null;
    } else {
      otherKeys.remove(key);
    }
  }

  void replaceKey(Key old, Key changed) {
    if (old.primary()) {
      primaryKey = changed;
    } else {
      otherKeys.replaceAll(k -> k.equals(old) ? changed : k);
    }
  }

  // ---- checks and foreign keys ----

  Check addCheck(CheckConstraint constraint, @Nullable String column, int columnId)
      throws SqlError {
    for (String used : ColumnsUsed.in(constraint.condition())) {
      if (find(used).isEmpty()) {
        throw new SqlError(207, 1, 16, "Invalid column name '" + used + "'.");
      }
    }
    int id = work.catalog().nextObjectId();
    String checkName = constraint.name();
    if (checkName == null) {
      checkName = Constraints.name("CK", name, column, id);
    } else {
      requireFree(checkName);
    }
    Check check = new Check(checkName, Unparser.text(constraint.condition()), columnId, id);
    checks.add(check);
    return check;
  }

  ForeignKey addForeignKey(ForeignKeyConstraint constraint) throws SqlError {
    int id = work.catalog().nextObjectId();
    String keyName = constraint.name();
    if (keyName == null) {
      keyName = Constraints.name("FK", name, constraint.columns().get(0), id);
    } else {
      requireFree(keyName);
    }
    if (!constraint.target().database().isEmpty()
        && !constraint.target().database().equalsIgnoreCase(database)) {
      throw Refusals.crossDatabase(keyName);
    }
    Table target = target(constraint.target(), keyName);
    List<String> own = new ArrayList<>();
    for (String column : constraint.columns()) {
      Optional<Column> found = find(column);
      if (found.isEmpty()) {
        throw Refusals.badReferencing(keyName, column, name);
      }
      own.add(found.get().name());
    }
    List<String> referenced = targetColumns(constraint, keyName, target, own.size());
    for (int i = 0; i < own.size(); i++) {
      requireSameType(
          keyName,
          find(own.get(i)).orElseThrow(),
          target,
          target.column(referenced.get(i)).orElseThrow());
    }
    ForeignKey key =
        new ForeignKey(keyName, own, target.objectId(), referenced, constraint.cascadeDelete(), id);
    foreignKeys.add(key);
    return key;
  }

  private void requireSameType(String keyName, Column own, Table target, Column referenced)
      throws SqlError {
    SqlType a = own.sqlType();
    SqlType b = referenced.sqlType();
    if (a.equals(b)) {
      return;
    }
    boolean sameKind = a.kind() == b.kind();
    throw new SqlError(
        sameKind ? 1753 : 1778,
        0,
        16,
        (sameKind
                ? "Column '%s.%s' is not the same length or scale as referencing column '%s.%s' in"
                    + " foreign key '%s'. Columns participating in a foreign key relationship must"
                    + " be defined with the same length and scale."
                : "Column '%s.%s' is not the same data type as referencing column '%s.%s' in foreign"
                    + " key '%s'.")
            .formatted(target.name(), referenced.name(), name, own.name(), keyName));
  }

  private Table target(ObjectName written, String keyName) throws SqlError {
    String in = Work.schemaOf(written);
    if (in.equalsIgnoreCase(schema) && written.name().equalsIgnoreCase(name)) {
      return table();
    }
    return work.catalog()
        .table(database, in, written.name())
        .filter(t -> t.kind() == TableKind.USER_TABLE)
        .orElseThrow(() -> Refusals.badTarget(keyName, written.toString()));
  }

  private static List<String> targetColumns(
      ForeignKeyConstraint constraint, String keyName, Table target, int count) throws SqlError {
    List<String> names = new ArrayList<>();
    for (String column : constraint.targetColumns()) {
      Optional<Column> found = target.column(column);
      if (found.isEmpty()) {
        throw Refusals.badReferenced(keyName, column, target.name());
      }
      names.add(found.get().name());
    }
    if (names.isEmpty() && target.primaryKey() != null) {
      names.addAll(target.primaryKey().columns());
    }
    boolean isKey =
        target.keys().stream()
            .anyMatch(k -> k.unique() && new HashSet<>(k.columns()).equals(new HashSet<>(names)));
    if (!isKey || names.size() != count) {
      throw Refusals.noCandidateKey(keyName, target.name());
    }
    return names;
  }

  void removeCheck(Check check) {
    checks.remove(check);
  }

  void removeForeignKey(ForeignKey key) {
    foreignKeys.remove(key);
  }

  private void requireFree(String constraint) throws SqlError {
    work.requireFree(database, schema, constraint);
    if (Constraints.has(table(), constraint)) {
      throw Refusals.exists(constraint);
    }
  }
}
