package dev.renkei.standin.engine.define;

import dev.renkei.standin.catalog.AliasType;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.DatabaseDefinition;
import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Statement.CreateSchema;
import dev.renkei.standin.tsql.ast.Statement.CreateType;
import dev.renkei.standin.tsql.ast.Statement.DropSchema;
import dev.renkei.standin.tsql.ast.Statement.DropType;
import java.sql.SQLException;
import java.util.Optional;

/** Schemas and alias types. */
final class Schemas {
  /** The first {@code user_type_id} of users' types. */
  private static final int FIRST_TYPE_ID = 257;

  private final Work work;

  Schemas(Work work) {
    this.work = work;
  }

  void create(CreateSchema statement) throws SqlError, SQLException {
    Database database = work.writable(work.database());
    work.require(Permission.CREATE_SCHEMA, database.name());
    String name = statement.name();
    boolean taken =
        name.equalsIgnoreCase("sys")
            || name.equalsIgnoreCase("INFORMATION_SCHEMA")
            || name.equals("$internal")
            || work.catalog().schemas(database.name()).stream().anyMatch(name::equalsIgnoreCase);
    if (taken) {
      throw Refusals.exists(name);
    }
    work.catalog().createSchema(database.name(), name);
  }

  void drop(DropSchema statement) throws SqlError, SQLException {
    Database database = work.writable(work.database());
    DatabaseDefinition definition = work.catalog().definition(database.name()).orElseThrow();
    Optional<DatabaseDefinition.Schema> schema = definition.schema(statement.name());
    if (schema.isEmpty() && statement.ifExists()) {
      return;
    }
    if (schema.isEmpty() || !work.may(Permission.ALTER, null)) {
      throw Refusals.noPrincipal("drop", "schema", statement.name());
    }
    String name = schema.get().name();
    if (name.equals("dbo")) {
      throw new SqlError(15150, 1, 16, "Cannot drop the schema 'dbo'.");
    }
    for (Table table : definition.tables()) {
      if (table.schema().equals(name)) {
        throw Refusals.referenced("schema", name, table.name());
      }
    }
    for (AliasType type : definition.types()) {
      if (type.schema().equals(name)) {
        throw Refusals.referenced("schema", name, type.name());
      }
    }
    work.catalog().dropSchema(database.name(), name);
  }

  void create(CreateType statement) throws SqlError, SQLException {
    Database database = work.databaseOf(statement.type());
    work.require(Permission.CREATE_TYPE, database.name());
    String schema = work.existingSchema(database.name(), statement.type());
    String name = statement.type().name();
    if (work.catalog().aliasType(database.name(), schema, name).isPresent()) {
      throw Refusals.typeExists(schema + "." + name);
    }
    if (TableBuilder.alias(work, statement.base(), database.name()).isPresent()) {
      throw SqlError.refused("an alias type of an alias type");
    }
    int id =
        1
            + work.catalog().definition(database.name()).stream()
                .flatMap(d -> d.types().stream())
                .mapToInt(AliasType::userTypeId)
                .max()
                .orElse(FIRST_TYPE_ID - 1);
    work.catalog()
        .putAliasType(
            new AliasType(
                database.name(),
                schema,
                name,
                id,
                work.translator().resolve(statement.base(), database.name()),
                statement.nullable()));
  }

  void drop(DropType statement) throws SqlError, SQLException {
    Database database = work.databaseOf(statement.type());
    Optional<AliasType> type =
        work.catalog()
            .aliasType(database.name(), Work.schemaOf(statement.type()), statement.type().name());
    if (type.isEmpty() && statement.ifExists()) {
      return;
    }
    if (type.isEmpty() || !work.may(Permission.ALTER, null)) {
      throw Refusals.cannotDrop("type", statement.type().toString());
    }
    String name = type.get().schema() + "." + type.get().name();
    for (Table table : work.catalog().tables(database.name())) {
      if (table.columns().stream().anyMatch(c -> name.equals(c.type().alias()))) {
        throw Refusals.typeUsed(name, table.name());
      }
    }
    work.catalog().removeAliasType(type.get());
  }
}
