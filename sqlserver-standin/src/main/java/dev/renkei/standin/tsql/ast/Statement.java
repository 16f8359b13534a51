package dev.renkei.standin.tsql.ast;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a batch. {@link #line} counts from 1 and is what errors report.
 *
 * <p>The parser makes one object per place in the text, so a translation can be kept with it (by
 * identity).
 */
public sealed interface Statement {
  int line();

  // ---- queries and changes of rows ----

  record Select(Query query, int line) implements Statement {}

  /**
   * INSERT.
   *
   * @param columns empty where left out
   */
  record Insert(
      List<Query.CommonTable> with,
      ObjectName table,
      List<String> columns,
      InsertSource source,
      @Nullable Output output,
      @Nullable Expression trackingContext,
      int line)
      implements Statement {}

  sealed interface InsertSource {}

  record InsertValues(List<List<Expression>> rows) implements InsertSource {}

  record InsertQuery(Query query) implements InsertSource {}

  record InsertDefaults() implements InsertSource {}

  /**
   * {@code INSERT INTO @t EXEC ..}, as mssql-jdbc sends it to rename the columns of {@code
   * sp_columns_100}; only into a table variable, the parser refuses other targets.
   */
  record InsertExecute(Execute execute) implements InsertSource {}

  /** The {@code DEFAULT} keyword in VALUES and SET arrives as this call. */
  Expression DEFAULT_VALUE =
      new Expression.Call(new ObjectName(List.of("DEFAULT")), false, false, List.of(), null);

  /**
   * UPDATE.
   *
   * @param target the table, or the alias of a source in {@code from}
   * @param trackingContext from {@code WITH CHANGE_TRACKING_CONTEXT (..)}
   */
  record Update(
      List<Query.CommonTable> with,
      ObjectName target,
      Query.@Nullable Top top,
      List<Assignment> assignments,
      List<TableSource> from,
      @Nullable Expression where,
      @Nullable Output output,
      @Nullable Expression trackingContext,
      int line)
      implements Statement {}

  /** {@code column = expression}; or {@code @variable = expression}, the column then empty. */
  record Assignment(String column, @Nullable String variable, Expression expression) {}

  record Delete(
      List<Query.CommonTable> with,
      ObjectName target,
      Query.@Nullable Top top,
      List<TableSource> from,
      @Nullable Expression where,
      @Nullable Output output,
      @Nullable Expression trackingContext,
      int line)
      implements Statement {}

  /** {@code OUTPUT INSERTED.x, DELETED.y}; INTO is refused by the parser. */
  record Output(List<Query.SelectItem> items) {}

  record Merge(
      List<Query.CommonTable> with,
      ObjectName target,
      @Nullable String alias,
      TableSource source,
      Expression on,
      List<MergeWhen> whens,
      @Nullable Expression trackingContext,
      int line)
      implements Statement {}

  /** One WHEN clause: exactly one of update, delete and insert. */
  record MergeWhen(MergeMatch match, @Nullable Expression condition, MergeAction action) {}

  enum MergeMatch {
    MATCHED,
    NOT_MATCHED_BY_TARGET,
    NOT_MATCHED_BY_SOURCE
  }

  sealed interface MergeAction {}

  record MergeUpdate(List<Assignment> assignments) implements MergeAction {}

  record MergeDelete() implements MergeAction {}

  record MergeInsert(List<String> columns, List<Expression> values) implements MergeAction {}

  record Truncate(ObjectName table, int line) implements Statement {}

  // ---- control of flow and session ----

  record Block(List<Statement> statements, int line) implements Statement {}

  record If(Expression condition, Statement then, @Nullable Statement otherwise, int line)
      implements Statement {}

  record While(Expression condition, Statement body, int line) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  record Return(int line) implements Statement {}

  record Declare(List<Declaration> declarations, int line) implements Statement {}

  record Declaration(String name, TypeName type, @Nullable Expression value) {}

  /**
   * {@code DECLARE @t TABLE (..)}. Statements name it as a table whose only part is {@code @t}.
   *
   * @param name with its at-sign
   */
  record DeclareTable(
      String name, List<ColumnDefinition> columns, List<TableConstraint> constraints, int line)
      implements Statement {}

  record SetVariable(String name, Expression value, int line) implements Statement {}

  /**
   * {@code SET NOCOUNT ON}, {@code SET LOCK_TIMEOUT 100}: name in upper case, values as written
   * (strings unquoted).
   */
  record SetOption(List<String> names, List<String> values, int line) implements Statement {}

  /** {@code SET IDENTITY_INSERT t ON}. */
  record SetIdentityInsert(ObjectName table, boolean on, int line) implements Statement {}

  record SetIsolation(dev.renkei.standin.sql.Isolation level, int line) implements Statement {}

  record Use(String database, int line) implements Statement {}

  record Print(Expression value, int line) implements Statement {}

  /** RAISERROR; the arguments are for the places such as {@code %s} in the message. */
  record RaiseError(
      Expression message,
      Expression severity,
      Expression state,
      List<Expression> arguments,
      int line)
      implements Statement {
    public RaiseError {
      arguments = List.copyOf(arguments);
    }
  }

  record Throw(Expression number, Expression message, Expression state, int line)
      implements Statement {}

  /** {@code WAITFOR DELAY '00:00:01'}. */
  record WaitFor(Expression delay, int line) implements Statement {}

  record Execute(ObjectName procedure, List<Argument> arguments, int line) implements Statement {}

  /** An argument of EXEC; the name is null where passed by position. */
  record Argument(@Nullable String name, Expression value, boolean output) {}

  record BeginTransaction(String name, int line) implements Statement {}

  record Commit(int line) implements Statement {}

  /** Name empty for a whole rollback. */
  record Rollback(String name, int line) implements Statement {}

  record SaveTransaction(String name, int line) implements Statement {}

  // ---- definitions ----

  record CreateDatabase(String name, @Nullable String collation, int line) implements Statement {}

  record DropDatabase(List<String> names, boolean ifExists, int line) implements Statement {}

  /**
   * {@code ALTER DATABASE name SET option ..}; the database is {@code CURRENT} where so written.
   *
   * @param option in upper case: {@code CHANGE_TRACKING}, {@code ALLOW_SNAPSHOT_ISOLATION}, {@code
   *     READ_COMMITTED_SNAPSHOT}, ...
   * @param value {@code ON}, {@code OFF}, or for options without one empty; {@code CHANGE_TRACKING
   *     (..)} without ON keeps it empty
   * @param arguments in upper case, for example {@code CHANGE_RETENTION -> 2 DAYS}, {@code
   *     AUTO_CLEANUP -> ON}
   */
  record AlterDatabase(
      String database, String option, String value, Map<String, String> arguments, int line)
      implements Statement {}

  /** {@code ALTER DATABASE a MODIFY NAME = b}. */
  record RenameDatabase(String database, String newName, int line) implements Statement {}

  record CreateSchema(String name, int line) implements Statement {}

  record DropSchema(String name, boolean ifExists, int line) implements Statement {}

  record CreateTable(
      ObjectName table, List<ColumnDefinition> columns, List<TableConstraint> constraints, int line)
      implements Statement {}

  /**
   * A column of CREATE TABLE or ALTER TABLE ADD.
   *
   * @param type null exactly for a computed column
   * @param nullable null where left out
   */
  record ColumnDefinition(
      String name,
      @Nullable TypeName type,
      @Nullable String collation,
      @Nullable Boolean nullable,
      @Nullable IdentitySpec identity,
      @Nullable Expression computed,
      boolean persisted,
      @Nullable DefaultSpec defaultValue,
      List<TableConstraint> constraints,
      boolean rowGuid) {}

  record IdentitySpec(long seed, long increment) {}

  /**
   * DEFAULT; the constraint's name is null where left out, {@code withValues} from ALTER TABLE ADD.
   */
  record DefaultSpec(@Nullable String constraintName, Expression value, boolean withValues) {}

  sealed interface TableConstraint {
    @Nullable String name();
  }

  /** PRIMARY KEY or UNIQUE; on a column of its own the list names just that column. */
  record KeyConstraint(
      @Nullable String name, boolean primary, boolean clustered, List<KeyColumn> columns)
      implements TableConstraint {}

  record KeyColumn(String name, boolean descending) {}

  record CheckConstraint(@Nullable String name, Expression condition) implements TableConstraint {}

  record ForeignKeyConstraint(
      @Nullable String name,
      List<String> columns,
      ObjectName target,
      List<String> targetColumns,
      boolean cascadeDelete)
      implements TableConstraint {}

  record AlterTable(ObjectName table, AlterAction action, int line) implements Statement {}

  sealed interface AlterAction {}

  record AddColumns(List<ColumnDefinition> columns, List<TableConstraint> constraints)
      implements AlterAction {}

  record DropColumns(List<String> columns, boolean ifExists) implements AlterAction {}

  record AlterColumn(
      String column, TypeName type, @Nullable String collation, @Nullable Boolean nullable)
      implements AlterAction {}

  record AddDefault(@Nullable String name, Expression value, String column)
      implements AlterAction {}

  record DropConstraint(List<String> names, boolean ifExists) implements AlterAction {}

  /** {@code ENABLE CHANGE_TRACKING [WITH (TRACK_COLUMNS_UPDATED = ON|OFF)]}. */
  record EnableTracking(boolean trackColumns) implements AlterAction {}

  record DisableTracking() implements AlterAction {}

  record DropTable(List<ObjectName> tables, boolean ifExists, int line) implements Statement {}

  record CreateIndex(
      String name,
      ObjectName table,
      boolean unique,
      List<KeyColumn> columns,
      List<String> included,
      int line)
      implements Statement {}

  record DropIndex(String name, ObjectName table, boolean ifExists, int line)
      implements Statement {}

  record CreateView(ObjectName view, List<String> columns, Query query, int line)
      implements Statement {}

  record DropView(List<ObjectName> views, boolean ifExists, int line) implements Statement {}

  /** An alias type: {@code CREATE TYPE dbo.Name FROM nvarchar(50) NOT NULL}. */
  record CreateType(ObjectName type, TypeName base, boolean nullable, int line)
      implements Statement {}

  record DropType(ObjectName type, boolean ifExists, int line) implements Statement {}

  record CreateLogin(String name, String password, int line) implements Statement {}

  record CreateUser(String name, @Nullable String login, int line) implements Statement {}

  record DropLogin(String name, int line) implements Statement {}

  record DropUser(String name, boolean ifExists, int line) implements Statement {}

  /** {@code ALTER ROLE db_datareader ADD MEMBER u}. */
  record AlterRole(String role, String member, boolean add, int line) implements Statement {}

  /**
   * GRANT, REVOKE or DENY.
   *
   * @param permission in upper case, one per statement object, for example {@code SELECT}, {@code
   *     VIEW CHANGE TRACKING}
   * @param target null for the whole database (or server)
   * @param targetIsSchema {@code ON SCHEMA::name}
   */
  record Permission(
      PermissionVerb verb,
      List<String> permissions,
      List<String> columns,
      @Nullable ObjectName target,
      boolean targetIsSchema,
      List<String> grantees,
      int line)
      implements Statement {}

  enum PermissionVerb {
    GRANT,
    REVOKE,
    DENY
  }

  /** {@code BACKUP DATABASE d TO DISK = 'name'}. */
  record Backup(String database, String device, int line) implements Statement {}

  /** {@code RESTORE DATABASE d FROM DISK = 'name' [WITH REPLACE]}. */
  record Restore(String database, String device, boolean replace, int line) implements Statement {}

  record Checkpoint(int line) implements Statement {}

  /** {@code KILL 55}. */
  record Kill(int session, int line) implements Statement {}
}
