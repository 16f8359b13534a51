package dev.renkei.standin.engine.translate;

import dev.renkei.standin.sql.SqlType;

/**
 * A parameter of H2 SQL. The SQL names its parameters {@code ?1}, {@code ?2}, ... (H2's indexed
 * parameters: one may occur several times), so the binding at index i of a list belongs to JDBC
 * parameter i + 1.
 *
 * <p>{@link #variable} is a declared variable ({@code @x}, lower case) or one that the session
 * fills:
 *
 * <table>
 * <caption>Variables of the session</caption>
 * <tr><td>{@code @@rowcount}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@error}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@trancount}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@spid}</td><td>smallint</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@lock_timeout}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@identity}</td><td>decimal(38,0)</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@scope_identity}</td><td>decimal(38,0)</td><td>SCOPE_IDENTITY()</td></tr>
 * <tr><td>{@code @@nestlevel}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@options}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@textsize}</td><td>int</td><td>as in T-SQL</td></tr>
 * <tr><td>{@code @@xact_state}</td><td>smallint</td><td>XACT_STATE()</td></tr>
 * <tr><td>{@code @@transaction_id}</td><td>bigint</td><td>CURRENT_TRANSACTION_ID()</td></tr>
 * <tr><td>{@code @@hostname}</td><td>nvarchar(128)</td><td>HOST_NAME()</td></tr>
 * <tr><td>{@code @@appname}</td><td>nvarchar(128)</td><td>APP_NAME()</td></tr>
 * <tr><td>{@code @@context_info}</td><td>varbinary(128)</td><td>CONTEXT_INFO()</td></tr>
 * <tr><td>{@code @@utcnow}</td><td>datetime2(7)</td><td>the stand-in's clock in UTC, which is also
 *     its server's local time: one value for a whole statement</td></tr>
 * </table>
 *
 * <p>Values are bound as their H2 type, or as a string, bytes or java.time value of the same
 * meaning: the SQL casts every parameter.
 */
public record Binding(String variable, SqlType type) {}
